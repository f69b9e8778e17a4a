/** Arithmetic on one row of logits. −∞ is a forbidden token. */

export interface Candidate {
  token: number;
  /** ln of its probability (or the bare logit, where only the order matters). */
  score: number;
}

export function forbid(logits: Float32Array, tokens: Iterable<number>): void {
  for (const token of tokens) if (token < logits.length) logits[token] = -Infinity;
}

/** The largest; the first of equals. */
export function best(logits: Float32Array): Candidate {
  let token = 0;
  for (let i = 1; i < logits.length; i++) if ((logits[i] as number) > (logits[token] as number)) token = i;
  return { token, score: logits[token] as number };
}

/** The `count` most probable tokens with ln p, best first; fewer where fewer are allowed. */
export function mostProbable(logits: Float32Array, count: number): Candidate[] {
  const top: Candidate[] = [];
  for (let i = 0; i < logits.length; i++) {
    const score = logits[i] as number;
    if (score === -Infinity || (top.length === count && score <= (top[count - 1] as Candidate).score))
      continue;
    let place = top.length;
    while (place > 0 && (top[place - 1] as Candidate).score < score) place--;
    top.splice(place, 0, { token: i, score });
    if (top.length > count) top.pop();
  }
  const total = logSumExp(logits);
  return top.map(({ token, score }) => ({ token, score: score - total }));
}

/** ln Σ exp, kept from overflowing by the largest term. */
function logSumExp(logits: Float32Array): number {
  const largest = best(logits).score;
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] as number) - largest);
  return largest + Math.log(sum);
}
