/** Voice samples, in the person's own studio. A host sees the person's and its own, never another host's. */
import * as v from 'valibot';
import { cancelled, firstThat } from '$lib/abort';
import type { App } from '$lib/app';
import type { VoiceSample } from '$lib/storage';
import type { Voice } from '$lib/voice';
import { TimbreError } from '$workers/contract';
import type { CallContext } from './context';
import { audio, call, checkSize, id, label, profileId } from './input';
import { knownProfile } from './people';
import { sampleOf } from './shapes';
import { isVisibleTo } from './visible';

const uploadSchema = v.object({
  audio,
  speakerProfileId: profileId,
  phraseText: v.optional(label),
  phraseCategory: v.optional(label)
});

/** Answers when the sample has been judged: it then counts, or says why it doesn't. */
export const uploadSample = call<typeof uploadSchema, 'uploadSample'>(uploadSchema, async (args, context) => {
  const { host, signal, onProgress } = context;
  const app = await context.app();
  await checkSize(args.audio, app);
  const { profiles, samples } = await app.voice();
  const speakerProfileId = await knownProfile({ profiles }, args.speakerProfileId);
  if (signal.aborted) throw cancelled();
  const { id: sampleId } = await samples.add({
    speakerProfileId,
    source: 'file',
    blob: args.audio,
    name: args.audio instanceof File ? args.audio.name : '',
    phrase: { text: args.phraseText ?? null, category: args.phraseCategory ?? null },
    host
  });
  const unfollow = samples.working.subscribe((working) => {
    if (working?.sampleId !== sampleId) return;
    const { fraction } = working;
    onProgress({ stage: 'voice', fraction, overall: fraction });
  });
  try {
    return sampleOf(await judged({ samples }, speakerProfileId, sampleId, signal));
  } catch (error) {
    // Nobody waits for it any more: as if it had not been sent.
    if (signal.aborted) await forget({ samples }, sampleId);
    throw error;
  } finally {
    unfollow();
  }
});

const listSchema = v.object({ speakerProfileId: profileId });

export const listSamples = call<typeof listSchema, 'listSamples'>(
  listSchema,
  async ({ speakerProfileId }, { app: open, host }) => {
    const app = await open();
    const profile = await knownProfile(await app.voice(), speakerProfileId);
    const rows = await app.storage.store.where('samples', 'speakerProfileId', profile);
    return rows
      .filter((row) => isVisibleTo(host, row))
      .sort((a, b) => b.createdAt - a.createdAt)
      .map(sampleOf);
  }
);

const oneSchema = v.object({ id });

export const getSample = call<typeof oneSchema, 'getSample'>(oneSchema, async (args, { app: open, host }) => {
  const app = await open();
  const row = await visibleSample(app, host, args.id);
  const { samples } = await app.voice();
  return { ...sampleOf(row), audio: await samples.sound(row.id) };
});

/** What the person recorded is theirs to delete: a host deletes what it brought. */
export const deleteSample = call<typeof oneSchema, 'deleteSample'>(
  oneSchema,
  async (args, { app: open, host }) => {
    const app = await open();
    const row = await visibleSample(app, host, args.id);
    if (row.host !== host)
      throw new TimbreError('embed/not-allowed', 'the person recorded it: they alone delete it');
    await forget(await app.voice(), row.id);
    return null;
  }
);

async function visibleSample(
  { storage }: Pick<App, 'storage'>,
  host: CallContext['host'],
  sampleId: string
): Promise<VoiceSample> {
  const row = await storage.store.get('samples', sampleId);
  if (row && isVisibleTo(host, row)) return row;
  throw new TimbreError('storage/not-found', `no sample ${sampleId}`);
}

/** Errors: `storage/not-found` where it was deleted meanwhile, `job/cancelled`. */
async function judged(
  { samples }: Pick<Voice, 'samples'>,
  profile: string,
  sampleId: string,
  signal: AbortSignal
): Promise<VoiceSample> {
  const find = (all: readonly VoiceSample[]) => {
    const sample = all.find((each) => each.id === sampleId);
    if (!sample) throw new TimbreError('storage/not-found', `sample ${sampleId} was deleted`);
    return sample;
  };
  const isJudged = ({ status }: VoiceSample) => status === 'completed' || status === 'failed';
  return find(await firstThat(samples.of(profile), (all) => isJudged(find(all)), signal));
}

async function forget({ samples }: Pick<Voice, 'samples'>, sampleId: string): Promise<void> {
  const removed = await samples.remove(sampleId);
  await removed.forget();
}
