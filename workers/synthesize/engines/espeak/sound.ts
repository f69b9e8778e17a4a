/** Sound that comes in small pieces of a number that is known at the end. */
export class GrowingSound {
  private samples: Float32Array;
  private length = 0;

  /** @param expected samples: room for so many is made at once. */
  constructor(expected: number) {
    this.samples = new Float32Array(expected);
  }

  /** @param piece 16 bits each. */
  add(piece: Int16Array): void {
    this.makeRoom(this.length + piece.length);
    const { samples, length } = this;
    for (let i = 0; i < piece.length; i++) samples[length + i] = (piece[i] as number) / 32768;
    this.length += piece.length;
  }

  /** −1…1. */
  whole(): Float32Array {
    return this.samples.subarray(0, this.length);
  }

  private makeRoom(samples: number): void {
    if (samples <= this.samples.length) return;
    const larger = new Float32Array(Math.max(samples, 2 * this.samples.length));
    larger.set(this.whole());
    this.samples = larger;
  }
}
