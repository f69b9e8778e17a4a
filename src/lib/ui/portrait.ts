/** How many ticks a portrait has. */
export const TICKS = 40;

/**
 * A voice model's centroid as the lengths of a portrait's ticks: means of equal runs of its numbers,
 * spread over 0…1. Alike voices give alike rings; the vector can't be read back from them.
 * @param centroid any length ≥ count; nothing is assumed of its scale
 */
export function ticksOf(centroid: ArrayLike<number>, count = TICKS): number[] {
  const means = Array.from({ length: count }, (_, tick) => {
    const from = Math.floor((tick * centroid.length) / count);
    const to = Math.max(from + 1, Math.floor(((tick + 1) * centroid.length) / count));
    let sum = 0;
    for (let i = from; i < to; i++) sum += centroid[i] ?? 0;
    return sum / (to - from);
  });
  const low = Math.min(...means);
  const range = Math.max(...means) - low;
  return means.map((mean) => (range > 0 ? (mean - low) / range : 0));
}

/** Up to two letters for a name: the first of its first and last words; of Arabic and the like, too. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /\p{L}|\p{N}/u.test(word));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? '')].find((c) => /\p{L}|\p{N}/u.test(c)) ?? '')
    .join('')
    .toUpperCase();
}
