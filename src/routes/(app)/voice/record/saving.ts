import type { App } from '$lib/app';
import type { RecordedTake, TakeForVoice } from '$lib/audio';
import { isOnDisk } from '$lib/storage';
import * as m from '$lib/paraglide/messages.js';
import { toasts } from '$lib/ui';
import { phrasesFor, type Phrase, type Voice, type VoiceSample } from '$lib/voice';
import type { Lang } from '$workers/contract';

type Take = Pick<RecordedTake, 'takeId' | 'blob'>;
/** A phrase that was read out, as a sample. Errors: `storage/…`; the take is then still in the journal. */
export async function savePhrase(
  app: App,
  voice: Voice,
  { takeId, blob }: Take,
  speakerProfileId: string,
  { language, phrase }: { language: Lang; phrase: Phrase }
): Promise<VoiceSample> {
  const of = { speakerProfileId, source: 'guided', name: '', language, phrase } as const;
  const sample = await voice.samples.add({ ...of, takeId, blob });
  await letGo(app, takeId, [sample]);
  return sample;
}

/** Free speech, as samples. Errors: as `addFreestyle`; the take is then still in the journal. */
export async function saveSpeech(
  app: App,
  voice: Voice,
  take: Take,
  speakerProfileId: string,
  signal?: AbortSignal
): Promise<VoiceSample[]> {
  const samples = await voice.samples.addFreestyle(speakerProfileId, take.blob, signal ? { signal } : {});
  await letGo(app, take.takeId, samples);
  return samples;
}

/** The phrase that a take is of, where its language still has it; null: free speech. */
export async function phraseOf({ phrase }: TakeForVoice): Promise<Phrase | null> {
  if (!phrase) return null;
  return (await phrasesFor(phrase.language)).find(({ id }) => id === phrase.id) ?? null;
}

/** The journal gives a take up once its samples are on the disk; until then its copy is the one that survives the tab. */
async function letGo(app: App, takeId: string, samples: readonly VoiceSample[]): Promise<void> {
  const stored = await Promise.all(samples.map(({ id }) => isOnDisk(app.storage.store, id)));
  if (stored.every(Boolean)) {
    await app.storage.takes.remove(takeId);
    void app.storage.persist();
    return;
  }
  toasts.show({ text: m.voice_rec_in_memory(), tone: 'attention' });
  const { holdTakeLock } = await import('$lib/audio');
  // For as long as the tab has the samples: so long the take is not one that was left behind.
  holdTakeLock(navigator.locks, takeId);
}
