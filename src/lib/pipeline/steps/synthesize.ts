import { storedError, type TranslatedAudioVersion, type VersionAudio } from '$lib/storage';
import type { ChosenVoice } from '$lib/voice';
import { TimbreError, type Audio, type Speech } from '$workers/contract';
import { isCancelled, unlessAborted } from '$lib/abort';
import { commit, report, type Run, type Step } from '../context';
import { packSpeech } from '../packSpeech';
import { speakerName } from '../speaker';
import { isRetake } from '../versions';
import { voiceOf } from './voice';

/** Speaks one language after another; while one is packed and stored, the next is spoken already. */
export const synthesize: Step = async (run, message) => {
  const voice = await voiceOf(run, message);
  const speaker = await speakerName(run.deps, message);
  const versions = await pending(run);
  const whole = versions.reduce((sum, version) => sum + lengthOf(version), 0);
  let done = 0;
  // A promise that never rejects: the next language must not be surprised by the last one's end.
  let storing: Promise<unknown> = Promise.resolve();
  for (const version of versions) {
    await commit(run, ['versions'], (unit) =>
      unit.put('versions', { ...version, status: 'running', error: null })
    );
    const onFraction = (fraction: number) =>
      report(run, {
        stage: 'synthesize',
        language: version.language,
        fraction: (done + fraction * lengthOf(version)) / Math.max(1, whole)
      });
    onFraction(0);
    const outcome = await settled(spoken(run, version, voice, onFraction));
    rethrow(await storing);
    if (outcome instanceof Failure && isCancelled(outcome.error)) throw outcome.error;
    storing = settled(
      outcome instanceof Failure
        ? fail(run, version, outcome.error)
        : keep(run, version, voice, outcome, speaker)
    );
    done += lengthOf(version);
  }
  rethrow(await storing);
  return { tables: [], store: () => Promise.resolve(null) };
};

async function pending(run: Run): Promise<TranslatedAudioVersion[]> {
  const versions = await run.deps.storage.store.where('versions', 'messageId', run.messageId);
  return versions
    .filter(({ status, text }) => (status === 'pending' || status === 'running') && text !== null)
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

/** Packs and stores one speech. What goes wrong with it is this language's failure alone. */
async function keep(
  run: Run,
  version: TranslatedAudioVersion,
  voice: ChosenVoice | null,
  speech: Speech,
  speaker: string
): Promise<void> {
  const audioId = run.deps.newId();
  try {
    const durationMs = Math.round((speech.audio.samples.length / speech.audio.sampleRateHz) * 1000);
    if (durationMs === 0) throw new TimbreError('synthesize/failed', 'the voice said nothing');
    const peaks = await run.deps.peaks(speech.audio, speech.words);
    const similarity = voice ? await scored(run, speech.audio, voice) : null;
    if (isRetake(version) && !isNearer(similarity, version.audio)) {
      await commit(run, ['versions'], (unit) =>
        unit.put('versions', {
          ...version,
          retake: false,
          status: 'ready',
          error: null,
          updatedAt: run.deps.clock.now()
        })
      );
      return;
    }
    // In the format that a download will most likely want.
    const { ttsDefaultFormat: usual } = await run.deps.storage.settings.get();
    const spokenAs = { fidelity: speech.fidelity, speaker };
    const { blob, format } = await packSpeech(
      run.deps,
      { audio: speech.audio, language: version.language, spokenAs },
      { usual },
      run.signal
    );
    const kept = await run.deps.storage.audio.put(audioId, version.messageId, blob, run.deps.clock.now());
    const audio: VersionAudio = {
      audioId,
      textRevision: version.textRevision,
      durationMs,
      format,
      fidelity: speech.fidelity,
      similarity,
      ttsModel: speech.model,
      words: speech.words,
      peaks
    };
    // Without its sound, the row is of no use on the disk.
    await commit(
      run,
      ['versions', 'audio'],
      async (unit) => {
        const updatedAt = run.deps.clock.now();
        await unit.put('versions', {
          ...version,
          retake: false,
          status: 'ready',
          audio,
          error: null,
          updatedAt
        });
        if (version.audio) await unit.remove('audio', version.audio.audioId);
      },
      kept
    );
  } catch (error) {
    await run.deps.storage.audio.remove(audioId);
    if (isCancelled(error)) throw error;
    return fail(run, version, error);
  }
  // Something was finished: it is not this step that takes the tab down.
  await commit(run, [], (unit, _, job) => unit.put('jobs', { ...job, starts: 1 }));
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
