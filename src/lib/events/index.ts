/** A typed list of listeners, one kind of payload for each name. */
export interface Events<Map extends object> {
  /** @returns a function that removes the listener. */
  on<K extends keyof Map>(name: K, listener: (payload: Map[K]) => void): () => void;
}

export class EventSource<Map extends object> implements Events<Map> {
  private readonly listeners: { [K in keyof Map]?: Set<(payload: Map[K]) => void> } = {};

  on<K extends keyof Map>(name: K, listener: (payload: Map[K]) => void): () => void {
    const set = (this.listeners[name] ??= new Set());
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<K extends keyof Map>(name: K, payload: Map[K]): void {
    for (const listener of this.listeners[name] ?? []) listener(payload);
  }
}
