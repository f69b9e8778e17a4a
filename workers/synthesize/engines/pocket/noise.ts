/** Chance that comes out the same for the same seed. */

/** 32 bits of all that is given, by FNV-1a. */
export function seedOf(...parts: readonly (string | number | Float32Array)[]): number {
  let hash = 0x811c9dc5;
  const add = (value: number) => {
    hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  };
  for (const part of parts) {
    if (typeof part === 'string') for (let i = 0; i < part.length; i++) add(part.charCodeAt(i));
    else if (typeof part === 'number') add(part);
    // The numbers' bits, so that no two of them are alike.
    else new Uint32Array(part.slice().buffer).forEach(add);
    add(0xffff);
  }
  return hash;
}

/** Normal numbers of mean 0 and variance 1, by Box and Muller. */
export class Noise {
  private spare: number | undefined;

  constructor(private state: number) {}

  next(): number {
    if (this.spare !== undefined) {
      const { spare } = this;
      this.spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Above 0, at most 1: a counter in golden steps, its bits mixed as MurmurHash3 does at its end. */
  private uniform(): number {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (((mixed ^ (mixed >>> 16)) >>> 0) + 1) / 2 ** 32;
  }
}
