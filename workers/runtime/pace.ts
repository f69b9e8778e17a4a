/** So long may a run of several steps take: what is said meanwhile is told after it, and cancelled after it. */
const RUN_MS = 50;

/** How many steps of a decoder one run may have, by how long those before took. */
export class Pace {
  private msPerStep: number | undefined;

  constructor(private readonly now = () => performance.now()) {}

  /** @param most ≥ 1. @returns 1…most; 1 where nothing is known yet. */
  steps(most: number): number {
    if (this.msPerStep === undefined) return 1;
    return Math.max(1, Math.min(most, Math.floor(RUN_MS / this.msPerStep)));
  }

  /** Makes a run and remembers its pace. @param stepsOf how many steps it had. */
  async of<T>(run: () => Promise<T>, stepsOf: (made: T) => number): Promise<T> {
    const from = this.now();
    const made = await run();
    this.msPerStep = (this.now() - from) / Math.max(1, stepsOf(made));
    return made;
  }
}
