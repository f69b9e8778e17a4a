import {
  soundRecord,
  storedError,
  type SoundFile,
  type TranslatedAudioVersion,
  type VersionAudio
} from '$lib/storage';
import type { ChosenVoice } from '$lib/voice';
import { TimbreError, type Audio, type Speech } from '$workers/contract';
import { isCancelled, unlessAborted } from '$lib/abort';
import { commit, report, settingsOf, type Run, type Step } from '../context';
import { packSpeech } from '../packSpeech';
import { speakerName } from '../speaker';
import { isRetake } from '../versions';
import { voiceOf } from './voice';

/** Speaks one language after another; meanwhile the one before it is packed, and the one before that stored. */
export const synthesize: Step = async (run, message) => {
  const [voice, speaker, versions] = await Promise.all([
    voiceOf(run, message),
    speakerName(run.deps.storage.store, message),
    pending(run)
  ]);
  const whole = versions.reduce((sum, version) => sum + lengthOf(version), 0);
  let done = 0;
  // Promises that never reject: a language must not be surprised by another one's end.
  let packing: Promise<unknown> = Promise.resolve();
  const storing: Promise<unknown>[] = [];
  for (const version of versions) {
    const onFraction = (fraction: number) =>
      report(run, {
        stage: 'synthesize',
        language: version.language,
        fraction: (done + fraction * lengthOf(version)) / Math.max(1, whole)
      });
    onFraction(0);
    const speech = await settled(spoken(run, version, voice, onFraction));
    await packing;
    rethrow(await storing.at(-2));
    if (speech instanceof Failure && isCancelled(speech.error)) throw speech.error;
    const packed =
      speech instanceof Failure
        ? Promise.resolve(speech)
        : settled(pack(run, version, voice, speech, speaker));
    packing = packed;
    storing.push(settled(packed.then((outcome) => keep(run, version, outcome))));
    done += lengthOf(version);
  }
  for (const stored of storing) rethrow(await stored);
  return { tables: [], store: () => Promise.resolve(null) };
};

async function pending(run: Run): Promise<TranslatedAudioVersion[]> {
  const versions = await run.deps.storage.store.where('versions', 'messageId', run.messageId);
  return versions
    .filter(({ status, text }) => status === 'pending' && text !== null)
    .sort((a, b) => a.order - b.order);
}

function lengthOf({ text }: TranslatedAudioVersion): number {
  return Math.max(1, text?.length ?? 0);
}

function spoken(
  run: Run,
  version: TranslatedAudioVersion,
  voice: ChosenVoice | null,
  onFraction: (fraction: number) => void
) {
  const { text, language, take } = version;
  const conditioning = voice && isRetake(version) ? { ...voice.conditioning, take } : voice?.conditioning;
  return unlessAborted(run.signal, () =>
    run.deps.engines.synthesize(text ?? '', language, conditioning, {
      signal: run.signal,
      onProgress: ({ fraction }) => onFraction(fraction)
    })
  );
}

interface Packed {
  file: SoundFile;
  audio: VersionAudio;
}

/** @returns null: another take that is no nearer to the voice than the last one, which stays. */
async function pack(
  run: Run,
  version: TranslatedAudioVersion,
  voice: ChosenVoice | null,
  { audio, words, fidelity, model, watermark }: Speech,
  speaker: string
): Promise<Packed | null> {
  const durationMs = Math.round((audio.samples.length / audio.sampleRateHz) * 1000);
  if (durationMs === 0) throw new TimbreError('synthesize/failed', 'the voice said nothing');
  const similarity = voice ? await scored(run, audio, voice) : null;
  if (isRetake(version) && !isNearer(similarity, version.audio)) return null;
  // In the format that a download will most likely want.
  const { ttsDefaultFormat: usual } = await settingsOf(run);
  const peaks = await run.deps.peaks(audio, words);
  const { file, format } = await packSpeech(
    run.deps,
    { audio, language: version.language, spokenAs: { fidelity, speaker, watermark } },
    { usual },
    run.signal
  );
  return {
    file,
    audio: {
      audioId: run.deps.newId(),
      textRevision: version.textRevision,
      durationMs,
      format,
      fidelity,
      similarity,
      ttsModel: model,
      ...(watermark ? { watermark } : {}),
      words,
      peaks
    }
  };
}

/** Stores one speech with its sound. What goes wrong with it is this language's failure alone. */
async function keep(
  run: Run,
  version: TranslatedAudioVersion,
  packed: Packed | Failure | null
): Promise<void> {
  try {
    rethrow(packed);
    const made = packed instanceof Failure ? null : packed;
    const now = run.deps.clock.now();
    const sound = made && soundRecord(made.audio.audioId, version.messageId, made.file, now);
    await commit(run, ['versions', 'audio'], async (unit, _, job) => {
      await unit.put('versions', {
        ...version,
        retake: false,
        status: 'ready',
        audio: made?.audio ?? version.audio,
        error: null,
        updatedAt: now
      });
      if (sound) await unit.put('audio', sound);
      if (sound && version.audio) await unit.remove('audio', version.audio.audioId);
      // Something was finished: it is not this step that takes the tab down.
      if (job.starts > 1) await unit.put('jobs', { ...job, starts: 1 });
    });
  } catch (error) {
    if (isCancelled(error)) throw error;
    await fail(run, version, error);
  }
}

/** Of two takes the nearer to the voice stays; one that can't be compared takes the place of the last. */
function isNearer(similarity: number | null, last: VersionAudio | null): boolean {
  return similarity === null || last?.similarity == null || similarity > last.similarity;
}

async function fail(run: Run, version: TranslatedAudioVersion, error: unknown): Promise<void> {
  const updatedAt = run.deps.clock.now();
  await commit(run, ['versions'], (unit) =>
    unit.put('versions', { ...version, status: 'failed', error: storedError(error), updatedAt })
  );
}

async function scored(run: Run, audio: Audio, voice: ChosenVoice): Promise<number | null> {
  const { similarity } = run.deps.voice;
  return similarity
    ? unlessAborted(run.signal, () => similarity(audio, voice, { signal: run.signal }))
    : null;
}

class Failure {
  constructor(readonly error: unknown) {}
}

async function settled<T>(work: Promise<T>): Promise<T | Failure> {
  return work.catch((error: unknown) => new Failure(error));
}

function rethrow(outcome: unknown): void {
  if (outcome instanceof Failure) throw outcome.error;
}
