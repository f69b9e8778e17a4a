import { expect, test } from 'vitest';
import type { Engines } from '$lib/engines';
import type { CloningEngine } from '$workers/contract';
import { cloningEnrollers } from './enrollers';

const CLIPS = [{ samples: new Float32Array(16_000), sampleRateHz: 16_000 }];
const INPUT = { centroid: new Float32Array(192), clips: CLIPS, language: 'fr', profileId: 'me' } as const;

function engines(here: CloningEngine | null) {
  const asked: (CloningEngine | undefined)[] = [];
  const fake: Pick<Engines, 'enrolVoice' | 'cloningEngine'> = {
    cloningEngine: async () => here,
    async enrolVoice(clips, { engine, signal, onProgress } = {}) {
      signal?.throwIfAborted();
      asked.push(engine);
      onProgress?.({ stage: 'synthesize', fraction: 0.5 });
      return new Float32Array(256).fill(clips.length);
    }
  };
  return { fake, asked };
}

test('a voice is kept as the engine’s numbers, under the engine’s name', async () => {
  const { fake, asked } = engines('chatterbox');
  const enrollers = cloningEnrollers(fake);
  const fractions: number[] = [];
  const { signal } = new AbortController();
  for (const enroller of enrollers)
    if (await enroller.available()) {
      const kept = await enroller.enrol(INPUT, {
        signal,
        onFraction: (fraction) => fractions.push(fraction)
      });
      expect(enroller.name).toBe('chatterbox');
      expect(structuredClone(kept)).toEqual(new Float32Array(256).fill(1));
    }
  // Should another have taken its place meanwhile, its numbers must not come under this name.
  expect(asked).toEqual(['chatterbox']);
  expect(fractions).toEqual([0.5]);
});

test.each([
  ['openvoice', ['openvoice']],
  ['pocket', ['pocket']],
  [null, []]
] as const)('with %s, that one is there', async (here, expected) => {
  const there: string[] = [];
  for (const enroller of cloningEnrollers(engines(here).fake))
    if (await enroller.available()) there.push(enroller.name);
  expect(there).toEqual(expected);
});

test('it can be stopped', async () => {
  const [enroller] = cloningEnrollers(engines('openvoice').fake);
  await expect(enroller?.enrol(INPUT, { signal: AbortSignal.abort() })).rejects.toThrow();
});
