/** Keeps the screen on while somebody speaks, where the browser can. */
export class ScreenLock {
  private sentinel: WakeLockSentinel | null = null;
  private wanted = false;

  constructor(private readonly wakeLock: WakeLock | undefined) {}

  async hold(): Promise<void> {
    this.wanted = true;
    if (!this.wakeLock || this.sentinel) return;
    try {
      const sentinel = await this.wakeLock.request('screen');
      if (this.wanted) this.sentinel = sentinel;
      else await sentinel.release();
    } catch {
      // Refused when the battery is low or the page is hidden. Recording goes on without it.
    }
  }

  release(): void {
    this.wanted = false;
    const sentinel = this.sentinel;
    this.sentinel = null;
    // Fails only when the browser has released it already.
    sentinel?.release().catch(() => {});
  }
}
