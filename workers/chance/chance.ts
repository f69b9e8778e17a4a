/** Numbers in 0 … below 1 that look random and are the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normally distributed, mean 0, deviation 1 (Box and Muller, 1958). @param next of `uniform`. */
export function normal(next: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

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
    // Between two parts.
    add(0xffff);
  }
  return hash;
}
