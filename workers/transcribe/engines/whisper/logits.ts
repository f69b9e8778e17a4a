/** Arithmetic on logits: what may be said next, and how probable it was. Logits of −∞ are forbidden tokens. */

export function forbid(logits: Float32Array, tokens: Iterable<number>): void {
  for (const token of tokens) if (token < logits.length) logits[token] = -Infinity;
}

/** Terms so far below the largest are less than rounding, even if the whole vocabulary were of them: e⁻⁴⁰ · 50,000 < 10⁻¹². */
const NEGLIGIBLE = -40;

/** ln Σ exp, kept from overflowing by the largest term. Over [from, to). */
export function logSumExp(logits: Float32Array, from = 0, to = logits.length): number {
  let largest = -Infinity;
  for (let i = from; i < to; i++) largest = Math.max(largest, logits[i] as number);
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = from; i < to; i++) {
    const below = (logits[i] as number) - largest;
    if (below > NEGLIGIBLE) sum += Math.exp(below);
  }
  return largest + Math.log(sum);
}

/** Index of the largest; the first of equals. */
export function argMax(logits: Float32Array): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[best] as number)) best = i;
  return best;
}

/** The `count` largest, largest first; of equals the first one first. Forbidden ones are never among them. */
export function likeliest(logits: Float32Array, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < logits.length; i++) {
    const value = logits[i] as number;
    const last = found[count - 1];
    if (value === -Infinity || (last !== undefined && value <= (logits[last] as number))) continue;
    let at = Math.min(found.length, count - 1);
    while (at > 0 && value > (logits[found[at - 1] as number] as number)) at--;
    found.splice(at, 0, i);
    found.length = Math.min(found.length, count);
  }
  return found;
}

/** Draws a token with probability ∝ exp(logit / temperature). @param random 0 ≤ r < 1. */
export function sample(logits: Float32Array, temperature: number, random: () => number): number {
  const scaled = logits.map((x) => x / temperature);
  const total = logSumExp(scaled);
  let left = random();
  for (let i = 0; i < scaled.length; i++) {
    left -= Math.exp((scaled[i] as number) - total);
    if (left < 0) return i;
  }
  return argMax(logits); // only rounding leads here
}

/** Softmax over some tokens alone. */
export function probabilitiesOf(logits: Float32Array, tokens: readonly number[]): number[] {
  const chosen = Float32Array.from(tokens, (token) => logits[token] ?? -Infinity);
  const total = logSumExp(chosen);
  return Array.from(chosen, (x) => (total === -Infinity ? 0 : Math.exp(x - total)));
}
