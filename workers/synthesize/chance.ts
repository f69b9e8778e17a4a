/** Chance that comes out the same for the same seed. */

/** 32 bits of all that is given, by FNV-1a. */
export function seedOf(...parts: readonly (string | number | Float32Array)[]): number {
  let hash = 0x811c9dc5;
  const add = (value: number) => {
    hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  };
  for (const part of parts) {
    if (typeof part === 'string') for (const letter of part) add(letter.codePointAt(0) ?? 0);
    else if (typeof part === 'number') add(part);
    else new Uint32Array(part.slice().buffer).forEach(add);
    add(part instanceof Float32Array ? part.length : -1);
  }
  return hash;
}

/** Numbers in 0 … below 1, evenly spread (mulberry32, T. Ettinger). */
export function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
