import { untrack } from 'svelte';

/**
 * Modal dialogs that are open, the last one on top. While one is, the browser makes the rest of the page inert:
 * what is to be seen, pressed or heard then (notices, announcements) must stand inside the dialog on top.
 */
class Layers {
  #open = $state.raw<readonly string[]>([]);

  /** The dialog on top; null: none is open, the page itself is. */
  readonly top = $derived(this.#open.at(-1) ?? null);

  /** @returns leaves again; harmless when called twice */
  enter(id: string): () => void {
    const others = () => untrack(() => this.#open.filter((each) => each !== id));
    this.#open = [...others(), id];
    return () => {
      this.#open = others();
    };
  }
}

export const layers = new Layers();
