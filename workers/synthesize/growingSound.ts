/** Sound that comes in pieces of a number that is known at the end. */
export class GrowingSound {
  private samples = new Float32Array(0);
  private count = 0;

  /** Samples so far. */
  get length(): number {
    return this.count;
  }

  /** From nothing again, in the memory that it has: what `whole` gave is gone. @param expected samples: room for so many is made at once. */
  begin(expected: number): void {
    this.count = 0;
    if (expected > this.samples.length) this.samples = new Float32Array(Math.ceil(expected));
  }

  /** @param piece −1…1. */
  add(piece: Float32Array): void {
    this.makeRoom(piece.length);
    this.samples.set(piece, this.count);
    this.count += piece.length;
  }

  /** @param piece 16 bits each. */
  addPcm(piece: Int16Array): void {
    this.makeRoom(piece.length);
    const { samples, count } = this;
    for (let i = 0; i < piece.length; i++) samples[count + i] = (piece[i] as number) / 32768;
    this.count += piece.length;
  }

  addSilence(samples: number): void {
    this.makeRoom(samples);
    this.samples.fill(0, this.count, this.count + samples);
    this.count += samples;
  }

  /** −1…1; the memory behind it may be larger. */
  whole(): Float32Array<ArrayBuffer> {
    return this.samples.subarray(0, this.count);
  }

  private makeRoom(more: number): void {
    const needed = this.count + more;
    if (needed <= this.samples.length) return;
    const larger = new Float32Array(Math.max(needed, 2 * this.samples.length));
    larger.set(this.whole());
    this.samples = larger;
  }
}
