/** Time, injected so that tests need none. */
export interface Timer {
  /** Runs it after so long, in milliseconds. @returns a function that takes it back. */
  after(ms: number, run: () => void): () => void;
}

export interface Clock extends Timer {
  /** Milliseconds since 1970. */
  now(): number;
}

export const realClock: Clock = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => Date.now()
};
