import type { SampleProblem, Unit, VoiceSample } from '$lib/storage';
import { cosine, weightedCentroid, type Weighted } from '../training/centroid';
import { LEAST_OTHERS, SAME_VOICE_COSINE } from './limits';

/** What is left of a recording that is kept although this speaks against it. */
const LEFT: Record<SampleProblem, number> = {
  'no-speech': 0,
  'too-short': 0.3,
  'too-quiet': 0.7,
  clipped: 0.3,
  noisy: 0.5,
  narrow: 0.5,
  'two-voices': 0.3,
  'not-the-phrase': 0.8,
  'other-voice': 0
};

/** How much a recording counts, 0…1: nothing with a problem unless it is kept, and then what its problems leave of it. */
export function weightOf({ status, embedding, problems, kept }: Judged): number {
  if (status !== 'completed' || !embedding) return 0;
  if (problems.length > 0 && !kept) return 0;
  return problems.reduce((left, problem) => left * LEFT[problem], 1);
}
type Judged = Pick<VoiceSample, 'status' | 'embedding' | 'problems' | 'kept'>;

/**
 * One voice's recordings with `other-voice` and the weights as they are beside each other. A recording that stays
 * as it was is the same object.
 */
export function weighed(samples: readonly VoiceSample[]): VoiceSample[] {
  const odd = otherVoices(samples);
  return samples.map((sample) => {
    const before = sample.problems;
    const own = withoutOther(before);
    const problems = odd.has(sample.id) ? [...own, 'other-voice' as const] : own;
    const weight = weightOf({ ...sample, problems });
    const same = problems.length === before.length && weight === sample.weight;
    return same ? sample : { ...sample, problems, weight };
  });
}

/** The same in the tables, after any of them came, went or changed. */
export async function weighAgain(unit: Unit, profileId: string): Promise<void> {
  const samples = await unit.where('samples', 'speakerProfileId', profileId);
  const now = weighed(samples);
  for (const [index, sample] of now.entries())
    if (sample !== samples[index]) await unit.put('samples', sample);
}

interface Voiced extends Weighted {
  id: string;
}

/**
 * The recordings of another voice than the rest. The one that is the least like the others goes first, and the others
 * are compared anew without it: else it would stand in the middle that they are compared with.
 * Only what would count by itself is asked: noise alone makes a voice look like another.
 */
function otherVoices(samples: readonly VoiceSample[]): Set<string> {
  const odd = new Set<string>();
  for (const group of byModel(samples)) {
    let pool = group;
    const gone: Voiced[] = [];
    while (pool.length > LEAST_OTHERS) {
      const least = leastAlike(pool);
      if (!least || least.similarity >= SAME_VOICE_COSINE) break;
      pool = pool.filter((one) => one !== least.one);
      gone.push(least.one);
    }
    const centroid = gone.length > 0 ? weightedCentroid(pool) : null;
    for (const { id, vector } of gone)
      if (centroid && cosine(vector, centroid) < SAME_VOICE_COSINE) odd.add(id);
  }
  return odd;
}

function byModel(samples: readonly VoiceSample[]): Voiced[][] {
  const groups = new Map<string, Voiced[]>();
  for (const sample of samples) {
    const weight = weightOf({ ...sample, problems: withoutOther(sample.problems) });
    if (!sample.embedding || weight === 0) continue;
    const group = groups.get(sample.embeddingModel) ?? [];
    groups.set(sample.embeddingModel, [...group, { id: sample.id, vector: sample.embedding, weight }]);
  }
  return [...groups.values()];
}

/** By the cosine to the weighted sum of the others, which is all of them less itself. */
function leastAlike(pool: readonly Voiced[]): { one: Voiced; similarity: number } | undefined {
  const sum = new Float64Array(pool[0]?.vector.length ?? 0);
  for (const { vector, weight } of pool) vector.forEach((x, i) => (sum[i] = (sum[i] ?? 0) + weight * x));
  let least: { one: Voiced; similarity: number } | undefined;
  for (const one of pool) {
    let dot = 0;
    let square = 0;
    sum.forEach((x, i) => {
      const own = one.vector[i] ?? 0;
      const rest = x - one.weight * own;
      dot += rest * own;
      square += rest * rest;
    });
    const similarity = square > 0 ? dot / Math.sqrt(square) : 0;
    if (!least || similarity < least.similarity) least = { one, similarity };
  }
  return least;
}

function withoutOther(problems: readonly SampleProblem[]): SampleProblem[] {
  return problems.filter((problem) => problem !== 'other-voice');
}
