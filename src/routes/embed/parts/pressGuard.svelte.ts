/** How long something must have been in sight before a press on it counts, in ms. */
const HOLD_MS = 500;

/** Runs later. @returns calls it off. */
export type Wait = (ms: number, run: () => void) => () => void;

const wait: Wait = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/**
 * A question that has just come under somebody's finger must not be answered by the press that was meant for what
 * was there before; a host could place it there on purpose.
 */
export class PressGuard {
  /** Presses count for nothing now. */
  held = $state(true);
  #callOff: (() => void) | null = null;

  constructor(private readonly later: Wait = wait) {}

  /** It is in sight. */
  shown(): void {
    this.#callOff ??= this.later(HOLD_MS, () => (this.held = false));
  }

  /** It is out of sight, or covered by another page. */
  hidden(): void {
    this.#callOff?.();
    this.#callOff = null;
    this.held = true;
  }
}
