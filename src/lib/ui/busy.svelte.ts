/**
 * Whether a person's work is under way, so that the app never replaces itself in the middle of it:
 * recording, a running job, an unsaved edit. Whoever starts such work holds a guard until it ends.
 */
class Busy {
  #reasons = $state<Record<number, string>>({});
  #next = 0;

  readonly isBusy = $derived(Object.keys(this.#reasons).length > 0);

  /**
   * @param reason for developers
   * @returns ends this piece of work; harmless when called twice
   */
  begin(reason: string): () => void {
    const id = this.#next++;
    this.#reasons[id] = reason;
    return () => {
      delete this.#reasons[id];
    };
  }
}

export const busy = new Busy();
