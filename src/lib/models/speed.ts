/** Over so long, in milliseconds: steady enough to read, quick enough to notice a stall. */
const WINDOW_MS = 6000;
/** Less says nothing. */
const LEAST_MS = 800;

/** How fast bytes come, over the last seconds. */
export class Speed {
  private samples: { at: number; bytes: number }[] = [];

  /** @param at milliseconds. @returns bytes a second; null while too little is known. */
  add(at: number, bytes: number): number | null {
    const last = this.samples.at(-1);
    // What went back was thrown away: count anew.
    if (last && bytes < last.bytes) this.samples = [];
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && at - (this.samples[0]?.at ?? at) > WINDOW_MS) this.samples.shift();
    const first = this.samples[0];
    if (!first || at - first.at < LEAST_MS) return null;
    return ((bytes - first.bytes) * 1000) / (at - first.at);
  }
}
