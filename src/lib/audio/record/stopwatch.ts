/** Time that runs only between `start` and `stop`, in milliseconds. */
export class Stopwatch {
  private before = 0;
  private since: number | null = null;

  constructor(private readonly now: () => number) {}

  get elapsedMs(): number {
    return this.before + (this.since === null ? 0 : this.now() - this.since);
  }

  start(): void {
    this.since ??= this.now();
  }

  stop(): void {
    this.before = this.elapsedMs;
    this.since = null;
  }
}
