/** Handlers by event. The browser's own dispatching: one that throws is reported and keeps no other from hearing. */
export class Emitter<Events extends object> {
  private target = new EventTarget();

  /** @returns the end of it. */
  on<E extends keyof Events & string>(name: E, handler: (detail: Events[E]) => void): () => void {
    const { target } = this;
    const listener = (event: Event) => handler((event as CustomEvent<Events[E]>).detail);
    target.addEventListener(name, listener);
    return () => target.removeEventListener(name, listener);
  }

  emit<E extends keyof Events & string>(name: E, detail: Events[E]): void {
    this.target.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Nobody hears any more. */
  clear(): void {
    this.target = new EventTarget();
  }
}
