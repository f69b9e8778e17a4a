import { storedError, type SampleQuality, type VoiceSample } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { agreement } from './agreement';
import { speakerIn, wordsIn } from './hear';
import { judge } from './judge';
import { MOST_STARTS } from './limits';
import { joined } from './speech';
import { standing } from './standing';
import { weighAgain } from './weigh';
import type { Heard, StudioDeps } from './types';

/** Each step's share of the work on one sample, about by its time on the starter models. */
const SHARES = { decode: 0.1, words: 0.35, phrase: 0.2, speaker: 0.15, pieces: 0.2 } as const;

/** What was found out of a sample. */
type Findings = Pick<
  VoiceSample,
  'durationMs' | 'peaks' | 'quality' | 'language' | 'transcript' | 'problems' | 'embedding' | 'embeddingModel'
>;

/**
 * Works on one sample: decode → measure → words → phrase → speaker → its pieces → judgement. Its end, good or bad, is in its row; this
 * rejects only when the tables can't be written. What comes after the sample was removed is dropped.
 */
export async function processSample(
  deps: StudioDeps,
  id: string,
  controller: AbortController,
  onFraction: (fraction: number) => void
): Promise<void> {
  const sample = await begin(deps, id);
  if (!sample) return;
  const unwatch = watch(deps, sample, controller);
  try {
    const found = await findings(deps, sample, controller.signal, onFraction);
    await end(deps, sample, { ...found, status: 'completed', error: null });
  } catch (error) {
    await end(deps, sample, { status: 'failed', error: storedError(error) });
  } finally {
    unwatch();
  }
}

/** Null: there is nothing to do. Whoever calls this holds the queue, so one found `processing` was left behind. */
async function begin(deps: StudioDeps, id: string): Promise<VoiceSample | null> {
  return deps.storage.store.write(['samples'], async (unit) => {
    const sample = await unit.get('samples', id);
    if (!sample || !isUnfinished(sample)) return null;
    const starts = sample.starts ?? 0;
    if (starts >= MOST_STARTS) {
      const error = storedError(
        new TimbreError('worker/crashed', `it was begun ${starts} times without an end`)
      );
      await unit.put('samples', {
        ...sample,
        status: 'failed',
        starts: 0,
        error,
        processedAt: deps.clock.now()
      });
      return null;
    }
    const begun: VoiceSample = { ...sample, status: 'processing', starts: starts + 1, error: null };
    await unit.put('samples', begun);
    return begun;
  });
}

export function isUnfinished({ status }: Pick<VoiceSample, 'status'>): boolean {
  return status === 'pending' || status === 'processing';
}

/** One that is removed, in any tab, isn't worked on any longer. */
function watch(deps: StudioDeps, { id }: VoiceSample, controller: AbortController): () => void {
  const live = deps.storage.store.live(
    async (reader) => (await reader.get('samples', id))?.status === 'processing'
  );
  return live.subscribe((mine) => {
    if (mine === false) controller.abort();
  });
}

async function findings(
  deps: StudioDeps,
  sample: VoiceSample,
  signal: AbortSignal,
  onFraction: (fraction: number) => void
): Promise<Findings> {
  const blob = await deps.storage.audio.get(sample.audioId);
  const decoded = await deps.decode(blob, {
    signal,
    onProgress: ({ fraction }) => onFraction(SHARES.decode * fraction)
  });
  const audio = { samples: decoded.samples, sampleRateHz: decoded.sampleRateHz };
  const [measured, peaks] = [await deps.measure(audio), await deps.peaks(audio)];
  onFraction(SHARES.decode);

  const heard = await wordsOf(deps, sample, audio, signal, (fraction) =>
    onFraction(SHARES.decode + SHARES.words * fraction)
  );
  const beforePhrase = SHARES.decode + SHARES.words;
  onFraction(beforePhrase);
  const language = sample.language ?? heard?.language ?? null;
  const phrase = { sentence: sample.phraseText ?? '', language, heard };
  const stands = sample.phraseText
    ? await standing(deps, audio, phrase, {
        signal,
        onFraction: (fraction) => onFraction(beforePhrase + SHARES.phrase * fraction)
      })
    : null;
  const beforeSpeaker = beforePhrase + SHARES.phrase;
  onFraction(beforeSpeaker);
  const speech = joined(audio, await deps.speechIn(audio));
  const embedding = await speakerIn(deps, speech, {
    signal,
    onFraction: (fraction) => onFraction(beforeSpeaker + SHARES.speaker * fraction)
  });
  const beforePieces = beforeSpeaker + SHARES.speaker;
  const alike = await agreement(deps, speech, {
    signal,
    onFraction: (fraction) => onFraction(beforePieces + SHARES.pieces * fraction)
  });
  const quality: SampleQuality = {
    snrDb: measured.snrDb,
    clipping: measured.clippingShare,
    speechShare: measured.speechShare,
    speechDbfs: measured.speechDbfs
  };
  return {
    durationMs: decoded.durationMs,
    peaks,
    quality,
    language,
    transcript: heard ? heard.text : sample.transcript,
    problems: judge({
      measured,
      heard,
      phraseText: sample.phraseText,
      standing: stands,
      sourceRateHz: decoded.sourceRateHz ?? null,
      agreement: alike
    }),
    embedding,
    // Asked afterwards: the engine may have had to take another model.
    embeddingModel: embedding ? await deps.embeddingModel() : ''
  };
}

/** A message's words are known. */
async function wordsOf(
  deps: StudioDeps,
  { messageId, transcript, language }: VoiceSample,
  audio: Parameters<typeof wordsIn>[1],
  signal: AbortSignal,
  onFraction: (fraction: number) => void
): ReturnType<typeof wordsIn> {
  if (messageId !== null && transcript !== null) {
    const known: Heard = { text: transcript, confidence: 1, model: '' };
    return { ...known, language };
  }
  return wordsIn(deps, audio, language, { signal, onFraction });
}

async function end(deps: StudioDeps, begun: VoiceSample, result: Partial<VoiceSample>): Promise<void> {
  await deps.storage.store.write(['samples'], async (unit) => {
    const now = await unit.get('samples', begun.id);
    // Removed, or removed and taken back: then it begins anew.
    if (now?.status !== 'processing') return;
    await unit.put('samples', { ...now, ...result, starts: 0, processedAt: deps.clock.now() });
    await weighAgain(unit, now.speakerProfileId);
  });
}
