import { expect, it } from 'vitest';
import { ME, type TrainingSession, type VoiceSample } from '$lib/storage';
import type { Readable } from 'svelte/store';
import { createVoice } from './createVoice';
import { openStudio, recording } from './samples/harness.testing';
import type { ChosenVoice, Voice } from './types';

/** The first value that is as it should be. */
function when<T>(live: Readable<T | undefined>, fits: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const stop = live.subscribe((value) => {
      if (value === undefined || !fits(value)) return;
      resolve(value);
      queueMicrotask(() => stop());
    });
  });
}

function voiceOfMe({ policy }: Voice): Promise<ChosenVoice | null> {
  const request = { speakerId: ME, messageId: 'typed', durationMs: 0, recording: null };
  return policy.voiceFor(request, { signal: new AbortController().signal });
}

it('recordings become samples, samples a voice model, and a message is spoken with it, until it is erased', async () => {
  const studio = await openStudio();
  const quick = {
    name: 'quick',
    available: () => Promise.resolve(true),
    enrol: ({ clips }: { clips: readonly unknown[] }) => Promise.resolve({ clips: clips.length })
  };
  const voice = createVoice({
    ...studio.deps,
    resample: (samples) => samples,
    enrollers: [quick],
    quickEnrollers: [quick],
    clock: { ...studio.deps.clock, monotonic: () => 0 }
  });
  expect(await voiceOfMe(voice)).toBeNull();

  for (const says of ['one', 'two', 'three'])
    await voice.samples.add({
      speakerProfileId: ME,
      source: 'guided',
      name: '',
      blob: recording({ says })
    });
  const judged = (samples: VoiceSample[]) =>
    samples.length === 3 && samples.every(({ status }) => status === 'completed');
  await when(voice.samples.of(ME), judged);

  const { id } = await voice.training.start(ME);
  const ended = ([session]: TrainingSession[]) => session?.id === id && session.status === 'completed';
  const [session] = await when(voice.training.sessions(ME), ended);
  expect(session).toMatchObject({ sampleCount: 3, modelVersion: 1 });
  expect(await voiceOfMe(voice)).toMatchObject({
    conditioning: { profileId: ME, centroid: session?.centroidEmbedding, engines: { quick: { clips: 3 } } }
  });

  await voice.profiles.erase(ME);
  expect(await voiceOfMe(voice)).toBeNull();
  expect(await studio.storage.store.all('voiceModels')).toEqual([]);
  expect(studio.problems).toEqual([]);
});
