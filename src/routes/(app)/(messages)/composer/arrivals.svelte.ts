/** Who takes what is dropped on the page or pasted into it. */
export interface Taker {
  files(files: File[]): void;
  text(text: string): void;
}

/** What is on its way in: `Arrivals.svelte` listens on every page, a composer takes it where there is one. */
class Arrivals {
  /** What is held over the page now. */
  over = $state<'no' | 'audio' | 'other'>('no');
  #taker = $state.raw<Taker | null>(null);

  /** Null: the person is asked where it should go. */
  get taker(): Taker | null {
    return this.#taker;
  }

  /** @returns the end of it. */
  takenBy(taker: Taker): () => void {
    this.#taker = taker;
    return () => {
      // On the way from one page to the next, the next may be there already.
      if (this.#taker === taker) this.#taker = null;
    };
  }
}

export const arrivals = new Arrivals();
