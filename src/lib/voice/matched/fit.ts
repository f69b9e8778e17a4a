import { MATCHED, SPEECH_RATE_HZ, TimbreError, type Audio, type Lang } from '$workers/contract';
import {
  bandLevels,
  bandStatistics,
  shapeBetween,
  type BandLevels,
  type MatchedVoice
} from '$workers/synthesize/matched';
import { evolve } from './evolution';
import { measurePerson } from './person';
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
const POPULATION = 8;
const GENERATIONS = 8;
const SEED = 1;
/** After so long no further generation begins: on a slow device a voice is fitted a little less. */
const SEARCH_MS = 14_000;
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
  /** After so long no further generation begins; 0: the nearest variant, not tuned. Default 14 s. */
  searchMs?: number;
}

export interface Fitted {
  voice: MatchedVoice;
  /** Cosine with the centroid on a sentence that the search didn't know. */
  similarity: number;
}

/**
 * Searches the base voice that the speaker encoder takes to be nearest to a person: the best of eSpeak's variants at the
 * person's own pitch, its throat tuned by an evolution strategy, then its bands carried over to the person's. The last
 * word has a sentence that the search didn't know, so that what fits one sentence only doesn't win.
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
  // The clips count as four, the shape as two; each finalist speaks once.
  const total = 4 + VARIANTS.length + POPULATION * GENERATIONS + 2 + 6;
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
    version: 1,
    tuning: tuningAt(point, start),
    shape: null
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

  const levels: BandLevels[] = [];
  for (const text of sentences.fit) levels.push(bandLevels(await speech(plain(mean, start), text)));
  did(2);
  const bands = bandStatistics(levels);
  const shape = person.bands && bands ? shapeBetween(bands, person.bands) : null;
  const tuned = [[], best, mean].map((point) => plain(point, start));
  const finalists = tuned.flatMap((voice) => (shape ? [voice, { ...voice, shape }] : [voice]));
  const judged = await Promise.all(finalists.map((voice) => similarity(voice, sentences.judge)));
  const highest = Math.max(...judged);
  const voice = finalists[judged.indexOf(highest)] ?? plain(mean, start);
  onFraction?.(1);
  return { voice, similarity: highest };
}
