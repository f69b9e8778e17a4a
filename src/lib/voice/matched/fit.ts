import { MATCHED, SPEECH_RATE_HZ, TimbreError, type Audio, type Lang } from '$workers/contract';
import { envelopeShapeBetween, shapeBetween, type MatchedVoice } from '$workers/synthesize/matched';
import { phrasesFor } from '../phrases';
import type { PhraseCategory } from '../types';
import { evolve } from './evolution';
import { measurePerson, MOST_SECONDS } from './person';
import { uniform } from '$workers/chance';
import { sentencesIn } from './sentences';
import { DIRECTIONS, tuningAt, type Start } from './throat';
import type { MatchedDeps } from './types';

/** eSpeak's variants that sound like somebody and are understood about as well as the plain voice, which is ''. */
const VARIANTS = [
  '',
  'm1',
  'm3',
  'm7',
  'Gene',
  'Mike',
  'Nguyen',
  'iven4',
  'michel',
  'f1',
  'f2',
  'f4',
  'steph',
  'belinda',
  'linda',
  'Andy',
  'Hugo'
] as const;
/** Phrases of these kinds are spoken to measure what the tuned voice is like: they have all of a language's sounds. */
const MEASURED: readonly PhraseCategory[] = ['question', 'sounds'];
const POPULATION = 8;
const GENERATIONS = 8;
const SEED = 1;
/** After so long no further generation begins: on a slow device a voice is fitted a little less. */
const SEARCH_MS = 12_000;
/** So much nearer a voice must be with its envelope carried over: it costs words, and an encoder can't hear that. */
const ENVELOPE_COST = 0.03;
/** What a point loses for each step it is away from the start, on average over the directions: ties go to plainer speech. */
const DISTANCE_COST = 0.002;

export interface FitInput {
  profileId: string;
  /** Of the speaker encoder that `deps.engines.embed` runs. */
  centroid: Float32Array;
  clips: readonly Audio[];
  language: Lang;
}

export interface FitOptions {
  signal: AbortSignal;
  /** 0…1, never back. */
  onFraction?: (fraction: number) => void;
  /** After so long no further generation begins; 0: the nearest variant, not tuned. Default 12 s. */
  searchMs?: number;
}

export interface Fitted {
  voice: MatchedVoice;
  /** Cosine with the centroid on a sentence that the search didn't know. */
  similarity: number;
}

/**
 * Searches the base voice that the speaker encoder takes to be nearest to a person: the best of eSpeak's variants at the
 * person's own pitch, its throat tuned by an evolution strategy, then its bands or its envelope carried over to the
 * person's. The last word has a sentence that the search didn't know, so that what fits one sentence only doesn't win.
 * Nothing in it is left to chance but eSpeak's own tremor, which goes on from speech to speech: a worker that has just
 * started finds the same voice for the same input, on a device that is quick enough for the whole search.
 * @throws TimbreError 'job/cancelled', and what the engines throw.
 */
export async function fitMatchedVoice(
  deps: MatchedDeps,
  { profileId, centroid, clips, language }: FitInput,
  { signal, onFraction, searchMs = SEARCH_MS }: FitOptions
): Promise<Fitted> {
  const heed = () => {
    if (signal.aborted) throw new TimbreError('job/cancelled', 'the fit of a voice was cancelled');
  };
  const { language: spoken, sentences } = sentencesIn(language);
  const begin = deps.now();
  let done = 0;
  const phrases = (await phrasesFor(spoken)).filter(({ category }) => MEASURED.includes(category));
  // The clips count as four, what is measured of the tuned voice as one a phrase; each finalist speaks once.
  const total = 4 + VARIANTS.length + POPULATION * GENERATIONS + phrases.length + 9;
  const did = (count: number) => onFraction?.(Math.min(1, (done += count) / total));

  const speech = async (voice: MatchedVoice, text: string): Promise<Audio> => {
    heed();
    const conditioning = { profileId, centroid, engines: { [MATCHED]: voice } };
    const { audio } = await deps.engines.synthesize(text, spoken, conditioning, { signal });
    const samples = await deps.resample(audio.samples, audio.sampleRateHz, SPEECH_RATE_HZ);
    return { samples, sampleRateHz: SPEECH_RATE_HZ };
  };
  const similarity = async (voice: MatchedVoice, text: string): Promise<number> => {
    const heard = await deps.engines.embed(await speech(voice, text), { signal });
    did(1);
    return heard.reduce((sum, x, i) => sum + x * (centroid[i] ?? 0), 0);
  };

  const person = await measurePerson(clips, deps, heed);
  did(4);
  const starts = VARIANTS.map((variant): Start => ({ variant, pitch: person.pitch }));
  const plain = (point: readonly number[], start: Start): MatchedVoice => ({
    version: 2,
    tuning: tuningAt(point, start),
    shape: null,
    envelope: null
  });
  // All at once: one candidate is spoken while the one before is listened to.
  const scores = await Promise.all(starts.map((start) => similarity(plain([], start), sentences.fit[0])));
  const start = starts[scores.indexOf(Math.max(...scores))] ?? { variant: '', pitch: person.pitch };
  const { mean, best } = await evolve({
    from: new Array<number>(DIRECTIONS).fill(0),
    step: 1,
    generations: GENERATIONS,
    population: POPULATION,
    random: uniform(SEED),
    enough: () => deps.now() - begin >= searchMs,
    scores: (points, generation) =>
      Promise.all(
        points.map(async (point) => {
          const near = await similarity(plain(point, start), sentences.fit[generation % 2 === 0 ? 0 : 1]);
          return near - (DISTANCE_COST * point.reduce((sum, x) => sum + x * x, 0)) / DIRECTIONS;
        })
      )
  });

  const said: Audio[] = [];
  let seconds = 0;
  for (const { text } of phrases) {
    if (seconds >= MOST_SECONDS) break;
    const audio = await speech(plain(mean, start), text);
    seconds += audio.samples.length / audio.sampleRateHz;
    said.push(audio);
  }
  const base = await measurePerson(said, deps, heed);
  did(phrases.length);
  const shape = person.bands && base.bands ? shapeBetween(base.bands, person.bands) : null;
  const envelope =
    person.envelopes && base.envelopes ? envelopeShapeBetween(base.envelopes, person.envelopes) : null;
  // Without a generation all three are the start.
  const points = best === mean ? [mean] : [[], best, mean];
  const finalists = points.flatMap((point) => {
    const tuned = plain(point, start);
    return [tuned, ...(shape ? [{ ...tuned, shape }] : []), ...(envelope ? [{ ...tuned, envelope }] : [])];
  });
  const judged = await Promise.all(finalists.map((voice) => similarity(voice, sentences.judge)));
  const worth = judged.map((near, i) => near - (finalists[i]?.envelope ? ENVELOPE_COST : 0));
  const chosen = worth.indexOf(Math.max(...worth));
  onFraction?.(1);
  return { voice: finalists[chosen] ?? plain(mean, start), similarity: judged[chosen] ?? -1 };
}
