/** A change that is made a little later, so that not every letter is a write, and never lost. */
export interface Later {
  /** Runs `work` after the delay, in place of what still waited. */
  soon(work: () => void): void;
  /** Runs what waits now: nothing is lost when the page is left. */
  flush(): void;
}

export function later(delayMs: number): Later {
  let waiting: { work: () => void; timer: ReturnType<typeof setTimeout> } | null = null;
  const flush = () => {
    const due = waiting;
    waiting = null;
    if (!due) return;
    clearTimeout(due.timer);
    due.work();
  };
  return {
    soon(work) {
      if (waiting) clearTimeout(waiting.timer);
      waiting = { work, timer: setTimeout(flush, delayMs) };
    },
    flush
  };
}
