/** Typed events: a map from name to payload. */
export class Emitter<Events extends object> {
  private readonly handlers: { [Name in keyof Events]?: Set<(payload: Events[Name]) => void> } = {};

  /** @returns how to stop listening. */
  on<Name extends keyof Events>(name: Name, handler: (payload: Events[Name]) => void): () => void {
    const set = (this.handlers[name] ??= new Set());
    set.add(handler);
    return () => set.delete(handler);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const handler of this.handlers[name] ?? []) handler(payload);
  }
}
