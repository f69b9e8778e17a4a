import type { VoiceSample } from '$lib/voice';
import { SvelteMap } from 'svelte/reactivity';
import { expect, it } from 'vitest';
import { Reading } from './reading.svelte';

/** A reading, and a way to change what is recorded. */
async function open() {
  const recorded = new SvelteMap<string, VoiceSample>();
  const reading = new Reading(() => [...recorded.values()]);
  await reading.open('en');
  const record = (phraseText: string | null, change: Partial<VoiceSample> = {}): VoiceSample => {
    const sample: VoiceSample = {
      id: `sample-${recorded.size}`,
      speakerProfileId: 'me',
      source: 'guided',
      messageId: null,
      audioId: 'sound',
      originalName: '',
      mimeType: 'audio/webm',
      sizeBytes: 1,
      durationMs: 4000,
      peaks: [],
      language: 'en',
      phraseText,
      phraseCategory: null,
      transcript: null,
      quality: null,
      problems: [],
      kept: false,
      weight: 1,
      embedding: null,
      embeddingModel: '',
      status: 'completed',
      error: null,
      createdAt: 1,
      processedAt: 2,
      ...change
    };
    recorded.set(sample.id, sample);
    return sample;
  };
  return { reading, record };
}

it('goes from phrase to phrase as they are said, and counts them', async () => {
  const { reading, record } = await open();
  const first = reading.phrase;
  if (!first) throw new Error('there is no phrase');
  record(first.text);
  expect(reading.said(first)).toBeNull();
  expect(reading.phrase?.id).not.toBe(first.id);
  expect([...reading.done]).toEqual([first.id]);
  expect(reading.tracks[0]?.done[0]).toBe(true);
});

it('stays at the phrase that is being read, whatever is found out about another', async () => {
  const { reading, record } = await open();
  const first = reading.phrase;
  if (!first) throw new Error('there is no phrase');
  record(first.text, { id: 'one', status: 'pending' });
  reading.said(first);
  const second = reading.phrase;
  record(first.text, { id: 'one', problems: ['noisy'] });
  expect(reading.done.size).toBe(0);
  expect(reading.phrase).toBe(second);
});

it('goes back to a phrase to replace its sample, in its language, until another one is chosen', async () => {
  const { reading, record } = await open();
  await reading.open('fr');
  const wanted = reading.phrase;
  const sample = record(wanted?.text ?? null, { language: 'fr', problems: ['clipped'] });
  await reading.open('en');
  await reading.toSample(sample);
  expect([reading.book?.language, reading.phrase?.id, reading.replacedId]).toEqual([
    'fr',
    wanted?.id,
    sample.id
  ]);
  if (wanted) expect(reading.said(wanted)).toBe(sample.id);
  expect(reading.replacedId).toBeNull();
  await reading.toSample(sample);
  reading.another();
  expect(reading.replacedId).toBeNull();
});

it('has a phrase also when all are done', async () => {
  const { reading, record } = await open();
  for (let count = 0; count < reading.total; count++) {
    const { phrase } = reading;
    if (!phrase) throw new Error('there is no phrase');
    record(phrase.text);
    reading.said(phrase);
  }
  expect(reading.done.size).toBe(reading.total);
  expect(reading.phrase).not.toBeNull();
});
