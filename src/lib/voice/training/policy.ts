import {
  coded,
  messageRecordingId,
  removedSamples,
  type Reader,
  type SpeakerProfile,
  type VoiceModel,
  type VoiceSample
} from '$lib/storage';
import { SPEECH_RATE_HZ, TimbreError, type Audio, type Lang, type OnProgress } from '$workers/contract';
import type { ChosenVoice, VoicePolicy, VoiceRequest } from '../types';
import { cancelled, isCancelled, unlessAborted } from '$lib/abort';
import { assess, improve, usualSimilarity, type Assessment, type Recording } from './assess';
import { cosine } from './centroid';
import { enrolAll } from './enrol';
import { DAY_MS, mayBeModelled, modelInUse, profileOf, saveModel } from './models';
import {
  counts,
  isOfTheSound,
  judgedSamples,
  languageOf,
  recordingOf,
  sentRecordings,
  soundOf,
  usualWeight
} from './recordings';
import type { TrainingDeps } from './types';

/** A recording improves a voice model when it is as like it as this share of what its own recordings are. */
const SAME_VOICE_SHARE = 0.8;

/** Of the message's own recording so much is listened to: a voice needs no more, and the message waits for it. */
const OWN_CLIP_MS = 60_000;
/** Of a recording that is added to a short message, so much. */
const HISTORY_CLIP_MS = 15_000;
/** A message waits for earlier recordings no longer than this; those that were heard by then must do. */
const HISTORY_BUDGET_MS = 3000;

/** Shares of the step: listening, then the engines. */
const LISTENING = 0.6;

interface Asked {
  deps: TrainingDeps;
  request: VoiceRequest;
  profile: SpeakerProfile;
  /** When the profile's row was made; null: `me`, of whom none is stored yet. */
  storedAt: number | null;
  embeddingModel: string;
  signal: AbortSignal;
  report(fraction: number): void;
}

/**
 * The voice policy of the design: a young voice model is used; an old one improved with the message's own recording, if
 * the same voice speaks in it; where there is none, one is created. Whatever goes wrong on the way, the message is
 * spoken: with the voice model as it was, or with none. Errors: `job/cancelled`, `storage/…`.
 */
export function createVoicePolicy(deps: TrainingDeps): VoicePolicy {
  return {
    async voiceFor(request, { signal, onProgress }) {
      const { store, settings } = deps.storage;
      const profile = await knownProfile(store, request.speakerId, deps.clock.now());
      if (!profile || !mayBeModelled(profile)) return null;
      const storedAt = (await store.get('profiles', profile.id))?.createdAt ?? null;
      const model = await modelInUse(store, profile);
      const { voiceModelMaxAgeDays } = await settings.get();
      if (model && deps.clock.now() - model.updatedAt < voiceModelMaxAgeDays * DAY_MS) return chosen(model);
      return unlessItFails(deps, signal, model, async () => {
        const embeddingModel = await unlessAborted(signal, async () => deps.embeddingModel());
        const report = reporter(onProgress);
        const asked = {
          deps,
          request: await ownOnly(store, request),
          profile,
          storedAt,
          embeddingModel,
          signal,
          report
        };
        return model ? improvedVoice(asked, model) : createdVoice(asked);
      });
    },

    async similarity(speech, voice, { signal }) {
      try {
        return await unlessAborted(signal, async () => {
          if (voice.embeddingModel !== (await deps.embeddingModel())) return null;
          return cosine(await vectorOf(deps, speech, signal), voice.conditioning.centroid);
        });
      } catch (error) {
        if (isCancelled(error)) throw error;
        if (!isOfTheSound(error)) deps.onProblem(coded(error));
        return null;
      }
    }
  };
}

/** A file may hold anybody's voice, whoever sends it: only what was recorded here is taken for the sender's own. */
async function ownOnly(reader: Reader, request: VoiceRequest): Promise<VoiceRequest> {
  const message = await reader.get('messages', request.messageId);
  return message?.source === 'file' ? { ...request, recording: null } : request;
}

/** Null: a sender whom nobody made a profile of. */
async function knownProfile(reader: Reader, id: string, at: number): Promise<SpeakerProfile | null> {
  try {
    return await profileOf(reader, id, at);
  } catch (error) {
    if (error instanceof TimbreError && error.code === 'storage/not-found') return null;
    throw error;
  }
}

function chosen(model: VoiceModel): ChosenVoice {
  const { speakerProfileId: profileId, centroid, conditioning, qualityScore, embeddingModel } = model;
  return {
    conditioning: { profileId, centroid, engines: conditioning },
    quality: qualityScore,
    embeddingModel
  };
}

/** A voice model is worth no message: without it, a base voice speaks, and the version says so. */
async function unlessItFails(
  deps: TrainingDeps,
  signal: AbortSignal,
  model: VoiceModel | null,
  work: () => Promise<VoiceModel | null>
): Promise<ChosenVoice | null> {
  let made: VoiceModel | null;
  try {
    made = await work();
  } catch (error) {
    const problem = coded(error);
    if (signal.aborted || isCancelled(problem)) throw cancelled();
    if (problem.code.startsWith('storage/') && problem.code !== 'storage/not-found') throw problem;
    deps.onProblem(problem);
    made = problem.code === 'voice/no-consent' ? null : model;
  }
  return made && chosen(made);
}

/** The old model where there is nothing to improve it with, or another voice speaks. Null: the profile was emptied meanwhile. */
async function improvedVoice(asked: Asked, model: VoiceModel): Promise<VoiceModel | null> {
  const { deps, request, profile, signal } = asked;
  if (!request.recording || model.embeddingModel !== asked.embeddingModel) return model;
  const heard = await ownRecording(asked, request.recording);
  if (!heard) return model;
  const { recording, sound } = heard;
  if (cosine(recording.vector, model.centroid) < SAME_VOICE_SHARE * usualSimilarity(model)) return model;
  const { voiceOldWeight } = await deps.storage.settings.get();
  const assessment = improve(model, recording, voiceOldWeight);
  const language = await spokenLanguage(asked, []);
  // What the engines made of the voice stays: it has no mean with something new. Those that lack it are asked.
  const { conditioning } = await enrolAll(
    deps.quickEnrollers,
    { profileId: profile.id, centroid: assessment.centroid, language, clips: () => Promise.resolve([sound]) },
    { signal, known: { conditioning: model.conditioning, leftOut: [] }, onFraction: enrolling(asked) }
  );
  return store(asked, 'improved', assessment, conditioning, model.version);
}

/** From the message, and where it is short from the person's last recordings. Null: there is nothing to be heard. */
async function createdVoice(asked: Asked): Promise<VoiceModel | null> {
  const { deps, request, profile, signal } = asked;
  const { voiceMinDurationMs, voiceHistoryCount } = await deps.storage.settings.get();
  const own = request.recording ? await ownRecording(asked, request.recording) : null;
  const sounds = new Map<string, () => Promise<Audio>>();
  const recordings: Recording[] = [];
  let samples: VoiceSample[] = [];
  if (own) {
    recordings.push(own.recording);
    sounds.set(own.recording.id, () => Promise.resolve(own.sound));
  }
  if ((own?.recording.durationMs ?? 0) < voiceMinDurationMs) {
    samples = await judgedSamples(deps.storage.store, profile.id);
    for (const { recording, sound } of await history(asked, samples, voiceHistoryCount)) {
      recordings.push(recording);
      sounds.set(recording.id, sound);
    }
  }
  if (!recordings.some(counts)) return null;
  const assessment = assess(recordings);
  const clips = async () => {
    const placed = assessment.samples.filter(({ setAside }) => setAside === null);
    const found: Audio[] = [];
    for (const { sampleId } of placed) {
      const sound = sounds.get(sampleId);
      if (sound) found.push(await sound());
    }
    return found;
  };
  const language = await spokenLanguage(asked, samples);
  const { conditioning } = await enrolAll(
    deps.quickEnrollers,
    { profileId: profile.id, centroid: assessment.centroid, language, clips },
    { signal, onFraction: enrolling(asked) }
  );
  return store(asked, 'created', assessment, conditioning, null);
}

interface Heard {
  recording: Recording;
  sound: Audio;
}

/** The message's own recording. Null: nothing is heard in it. */
async function ownRecording(asked: Asked, decode: () => Promise<Audio>): Promise<Heard | null> {
  const { deps, request, signal } = asked;
  try {
    const sound = beginningOf(await unlessAborted(signal, decode), OWN_CLIP_MS);
    const vector = await vectorOf(deps, sound, signal, (fraction) =>
      asked.report((LISTENING * fraction) / 2)
    );
    const durationMs = lengthMs(sound);
    return { recording: { id: messageRecordingId(request.messageId), vector, weight: 1, durationMs }, sound };
  } catch (error) {
    if (!isOfTheSound(error)) throw error;
    return null;
  } finally {
    asked.report(LISTENING / 2);
  }
}

/** The person's last recordings: samples, then what they said in earlier messages, each the newest first. */
async function history(
  asked: Asked,
  samples: readonly VoiceSample[],
  count: number
): Promise<{ recording: Recording; sound: () => Promise<Audio> }[]> {
  const { deps, request, profile, embeddingModel, signal } = asked;
  const since = deps.clock.monotonic();
  const own = samples
    .filter((sample) => counts(sample) && sample.messageId !== request.messageId)
    .slice(0, count);
  const sent = (await sentRecordings(deps.storage.store, profile.id))
    .filter(({ messageId }) => messageId !== request.messageId)
    .slice(0, count - own.length);
  const weight = usualWeight(own);
  const found: { recording: Recording; sound: () => Promise<Audio> }[] = [];
  const listen = async (id: string, audioId: string, weighs: number) => {
    if (deps.clock.monotonic() - since >= HISTORY_BUDGET_MS) return;
    try {
      const sound = beginningOf(
        await unlessAborted(signal, () => soundOf(deps, audioId, signal)),
        HISTORY_CLIP_MS
      );
      const vector = await vectorOf(deps, sound, signal);
      const recording = { id, vector, weight: weighs, durationMs: lengthMs(sound) };
      found.push({ recording, sound: () => Promise.resolve(sound) });
    } catch (error) {
      if (!isOfTheSound(error)) throw error;
    }
  };
  let done = 0;
  const reportOne = () =>
    asked.report((LISTENING * (1 + ++done / Math.max(1, own.length + sent.length))) / 2);
  for (const sample of own) {
    const known = recordingOf(sample, embeddingModel);
    if (known) found.push({ recording: known, sound: () => soundOf(deps, sample.audioId, signal) });
    else await listen(sample.id, sample.audioId, sample.weight);
    reportOne();
  }
  for (const { messageId, audioId } of sent) {
    await listen(messageRecordingId(messageId), audioId, weight);
    reportOne();
  }
  return found;
}

/** What was made is dropped for what came meanwhile from elsewhere (a training, another tab), or when a sample in it went. */
async function store(
  { deps, profile, storedAt, embeddingModel, signal }: Asked,
  origin: 'created' | 'improved',
  assessment: Assessment,
  conditioning: Record<string, unknown>,
  from: number | null
): Promise<VoiceModel | null> {
  const { voiceModelMaxAgeDays } = await deps.storage.settings.get();
  if (signal.aborted) throw cancelled();
  return deps.storage.store.write(['voiceModels', 'profiles', 'samples'], async (unit) => {
    const at = deps.clock.now();
    // Emptied meanwhile: nothing of before may come back.
    if (((await unit.get('profiles', profile.id))?.createdAt ?? null) !== storedAt) return null;
    const now = await profileOf(unit, profile.id, at);
    const left = new Set((await unit.where('samples', 'speakerProfileId', profile.id)).map(({ id }) => id));
    if (now.modelVersion !== from || removedSamples(assessment, left).length > 0)
      return modelInUse(unit, now);
    return saveModel(unit, {
      profileId: profile.id,
      origin,
      assessment,
      embeddingModel,
      conditioning,
      at,
      dueAt: at + voiceModelMaxAgeDays * DAY_MS
    });
  });
}

async function vectorOf(
  deps: TrainingDeps,
  { samples, sampleRateHz }: Audio,
  signal: AbortSignal,
  onFraction?: (fraction: number) => void
): Promise<Float32Array> {
  const at16k =
    sampleRateHz === SPEECH_RATE_HZ ? samples : await deps.resample(samples, sampleRateHz, SPEECH_RATE_HZ);
  const audio = { samples: at16k, sampleRateHz: SPEECH_RATE_HZ };
  return unlessAborted(signal, () =>
    deps.engines.embed(audio, { signal, onProgress: ({ fraction }) => onFraction?.(fraction) })
  );
}

function lengthMs({ samples, sampleRateHz }: Audio): number {
  return Math.round((1000 * samples.length) / sampleRateHz);
}

function beginningOf({ samples, sampleRateHz }: Audio, lengthMs: number): Audio {
  return { samples: samples.subarray(0, Math.ceil((lengthMs * sampleRateHz) / 1000)), sampleRateHz };
}

/** The message's, as it was recognised; else what the person usually speaks. */
async function spokenLanguage(
  { deps, request, profile }: Asked,
  samples: readonly VoiceSample[]
): Promise<Lang> {
  const { store: tables } = deps.storage;
  const message = await tables.get('messages', request.messageId);
  return message?.transcription?.language ?? languageOf(tables, profile.id, samples);
}

function enrolling(asked: Asked): (done: number, total: number) => void {
  return (done, total) => asked.report(LISTENING + ((1 - LISTENING) * done) / Math.max(1, total));
}

/** Never back. */
function reporter(onProgress: OnProgress | undefined): (fraction: number) => void {
  let highest = 0;
  return (fraction) => {
    highest = Math.max(highest, Math.min(1, fraction));
    onProgress?.({ stage: 'voice', fraction: highest });
  };
}
