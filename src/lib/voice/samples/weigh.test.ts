import { describe, expect, test } from 'vitest';
import type { SampleProblem, VoiceSample } from '$lib/storage';
import { SAME_VOICE_COSINE } from './limits';
import { blank } from './rows';
import { weighed, weightOf } from './weigh';

const unit = (...numbers: number[]) => {
  const length = Math.hypot(...numbers);
  return Float32Array.from(numbers, (x) => x / length);
};
let ids = 0;
function sample(embedding: Float32Array | null, change: Partial<VoiceSample> = {}): VoiceSample {
  const id = `s${ids++}`;
  const given = { speakerProfileId: 'me', source: 'file', name: '', blob: { type: '', size: 0 } } as const;
  return {
    ...blank(id, id, given, ids),
    status: 'completed',
    embedding,
    embeddingModel: 'a',
    weight: 1,
    ...change
  };
}
const weights = (samples: readonly VoiceSample[]) => weighed(samples).map(({ weight }) => weight);

describe('the weight', () => {
  test.each<[SampleProblem[], number]>([
    [[], 1],
    [['noisy'], 0.5],
    [['too-quiet'], 0.7],
    [['clipped'], 0.3],
    [['too-short'], 0.3],
    [['not-the-phrase'], 0.8],
    [['no-speech'], 0],
    [['other-voice'], 0],
    [['too-quiet', 'noisy'], 0.35]
  ])('of one kept with %j is %f', (problems, weight) => {
    expect(weightOf(sample(unit(1), { problems, kept: true }))).toBeCloseTo(weight, 9);
    if (problems.length > 0) expect(weightOf(sample(unit(1), { problems }))).toBe(0);
  });

  test('of one without an embedding, or that is not judged, is nothing', () => {
    expect(weightOf(sample(null))).toBe(0);
    expect(weightOf(sample(unit(1), { status: 'failed' }))).toBe(0);
    expect(weightOf(sample(unit(1), { status: 'processing' }))).toBe(0);
  });
});

describe('another voice', () => {
  const [a, b, c] = [unit(1, 0, 0, 0.3), unit(1, 0, 0.3, 0), unit(1, 0.1, 0.2, 0)];
  const odd = unit(0, 1, 0, 0);

  test('is the one that is unlike the others, wherever it stands', () => {
    for (const order of [
      [a, b, odd],
      [odd, a, b],
      [a, odd, b, c]
    ] as const)
      expect(weights(order.map((vector) => sample(vector)))).toEqual(
        order.map((vector) => (vector === odd ? 0 : 1))
      );
  });

  test('can’t be told among two, or where all agree', () => {
    expect(weights([sample(a), sample(odd)])).toEqual([1, 1]);
    expect(weights([sample(a), sample(b), sample(c)])).toEqual([1, 1, 1]);
  });

  test('does not make the others look like one, even when there are several', () => {
    const more = unit(0, 0.3, 1, 0);
    expect(weights([sample(unit(1, 0, 0, 0)), sample(odd), sample(unit(1, 0, 0, 0.2)), sample(more), sample(a)])).toEqual([1, 0, 1, 0, 1]); // prettier-ignore
  });

  test('is by the limit, exactly', () => {
    const at = (cosine: number) => sample(unit(cosine, Math.sqrt(1 - cosine ** 2)));
    const same = [sample(unit(1, 0)), sample(unit(1, 0))];
    expect(weights([...same, at(SAME_VOICE_COSINE + 0.01)])).toEqual([1, 1, 1]);
    expect(weights([...same, at(SAME_VOICE_COSINE - 0.01)])).toEqual([1, 1, 0]);
  });

  test('what would count nothing anyway judges nobody and is not judged', () => {
    const noisy = sample(odd, { problems: ['noisy'] });
    const [, , , last] = weighed([sample(a), sample(b), sample(c), noisy]);
    expect(last?.problems).toEqual(['noisy']);
    const kept = weighed([sample(a), sample(b), sample(c), { ...noisy, kept: true }]).at(-1);
    expect(kept).toMatchObject({ problems: ['noisy', 'other-voice'], weight: 0 });
  });

  test('embeddings of two models are not compared', () => {
    expect(weights([sample(a), sample(b), sample(c), sample(odd, { embeddingModel: 'b' })])).toEqual([
      1, 1, 1, 1
    ]);
  });

  test('is taken back when it is not alone any more; what stays is the same object', () => {
    const flagged = sample(odd, { problems: ['other-voice'], weight: 0 });
    const others = [sample(a), sample(b)];
    const now = weighed([...others, flagged]);
    expect(now.map((row, index) => row === [...others, flagged][index])).toEqual([true, true, true]);
    expect(weighed([sample(a), flagged]).at(-1)).toMatchObject({ problems: [], weight: 1 });
  });
});
