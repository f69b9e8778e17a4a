/** One holder at a time, in order of asking. */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  /** @returns once the turn has come: what ends it. Ending it twice changes nothing. */
  async take(): Promise<() => void> {
    const before = this.last;
    let end: () => void = () => undefined;
    this.last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }
}
