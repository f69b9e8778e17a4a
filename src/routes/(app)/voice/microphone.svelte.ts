/** What records by the microphone: in hand from its start until nothing of it is left to be decided. */
export interface Recorder {
  readonly active: boolean;
}

/** The page's microphone. One recorder has it at a time, and with it the keys that press a recorder. */
export class Microphone {
  #last = $state.raw<Recorder | null>(null);

  /** Whether nobody else has it. */
  isFreeFor(recorder: Recorder): boolean {
    return this.#last === null || this.#last === recorder || !this.#last.active;
  }

  /** @returns whether it is this recorder's now, for as long as that is active. */
  take(recorder: Recorder): boolean {
    if (!this.isFreeFor(recorder)) return false;
    this.#last = recorder;
    return true;
  }
}
