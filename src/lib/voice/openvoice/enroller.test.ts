import { expect, test } from 'vitest';
import type { Engines } from '$lib/engines';
import { openVoiceEnroller } from './enroller';

const CLIPS = [{ samples: new Float32Array(16_000), sampleRateHz: 16_000 }];
const INPUT = { centroid: new Float32Array(192), clips: CLIPS, language: 'fr', profileId: 'me' } as const;

function engines(here: boolean): Pick<Engines, 'enrolVoice' | 'canEnrolVoice'> {
  return {
    canEnrolVoice: async () => here,
    async enrolVoice(clips, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'synthesize', fraction: 0.5 });
      return new Float32Array(256).fill(clips.length);
    }
  };
}

test('a voice is kept as the engine’s numbers, under the engine’s name', async () => {
  const enroller = openVoiceEnroller(engines(true));
  const fractions: number[] = [];
  const signal = new AbortController().signal;
  const tone = await enroller.enrol(INPUT, { signal, onFraction: (fraction) => fractions.push(fraction) });
  expect(enroller.name).toBe('openvoice');
  expect(structuredClone(tone)).toEqual(new Float32Array(256).fill(1));
  expect(fractions).toEqual([0.5]);
});

test('it is there when the model is, and can be stopped', async () => {
  expect(await openVoiceEnroller(engines(true)).available()).toBe(true);
  expect(await openVoiceEnroller(engines(false)).available()).toBe(false);
  const stopped = openVoiceEnroller(engines(true)).enrol(INPUT, { signal: AbortSignal.abort() });
  await expect(stopped).rejects.toThrow();
});
