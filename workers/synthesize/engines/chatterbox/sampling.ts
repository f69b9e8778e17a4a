/** How the next speech token is chosen among the model's scores. */

export interface Sampling {
  /** Below 1: the likely ones are still likelier. */
  temperature: number;
  /** Tokens less likely than this share of the likeliest one's probability are left out. */
  minP: number;
  /** The likeliest tokens that have this much of the probability together; 1: all. */
  topP: number;
}

/** The makers' (`ChatterboxMultilingualTTS.generate`). */
export const USUAL_SAMPLING: Sampling = { temperature: 0.8, minP: 0.05, topP: 1 };

/** Makes tokens that were said less likely, whatever the sign of their score (Keskar et al., CTRL, 2019). Changes the scores. */
export function penalise(scores: Float32Array, said: Iterable<number>, penalty: number): void {
  for (const token of new Set(said)) {
    const score = scores[token];
    if (score !== undefined) scores[token] = score < 0 ? score * penalty : score / penalty;
  }
}

export function likeliest(scores: Float32Array): number {
  return scores.reduce((best, score, token) => (score > (scores[best] ?? -Infinity) ? token : best), 0);
}

/** @param chance in 0 … below 1. */
export function sampled(
  scores: Float32Array,
  { temperature, minP, topP }: Sampling,
  chance: () => number
): number {
  const best = likeliest(scores);
  const highest = scores[best] ?? 0;
  const kept: { token: number; weight: number }[] = [];
  scores.forEach((score, token) => {
    const weight = Math.exp((score - highest) / temperature);
    if (weight > 0 && weight >= minP) kept.push({ token, weight });
  });
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  const pool = topP < 1 ? nucleus(kept, topP * total) : kept;
  let left = chance() * pool.reduce((sum, { weight }) => sum + weight, 0);
  for (const { token, weight } of pool) {
    left -= weight;
    if (left < 0) return token;
  }
  return best;
}

function nucleus<T extends { weight: number }>(entries: readonly T[], enough: number): T[] {
  let sum = 0;
  return [...entries]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ weight }) => {
      const isIn = sum < enough;
      sum += weight;
      return isIn;
    });
}
