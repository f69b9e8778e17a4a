/** `setTimeout` takes no more; longer is for ever. */
const MOST_MS = 2 ** 31 - 1;

interface Wait {
  leftMs: number;
  startedAt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  run: () => void;
}

/** Time-outs that stand still while the person reads the permission sheet: their time is theirs. */
export class Patience {
  private readonly waits = new Set<Wait>();
  private held = false;

  /** @param ms undefined: never. @returns the end of it. */
  after(ms: number | undefined, run: () => void): () => void {
    if (ms === undefined || !(ms <= MOST_MS)) return () => {};
    const wait: Wait = { leftMs: ms, startedAt: 0, timer: undefined, run };
    this.waits.add(wait);
    if (!this.held) this.start(wait);
    return () => {
      clearTimeout(wait.timer);
      this.waits.delete(wait);
    };
  }

  hold(held: boolean): void {
    if (held === this.held) return;
    this.held = held;
    for (const wait of this.waits) {
      if (!held) this.start(wait);
      else {
        clearTimeout(wait.timer);
        wait.leftMs -= performance.now() - wait.startedAt;
      }
    }
  }

  private start(wait: Wait): void {
    wait.startedAt = performance.now();
    wait.timer = setTimeout(() => {
      this.waits.delete(wait);
      wait.run();
    }, wait.leftMs);
  }
}
