import { DEFAULT_MODELS, type Audio, type Lang } from '$workers/contract';
import { mean } from '../training/statistics';
import { PHRASE_LANGUAGES, phrasesFor } from '../phrases';
import { isCode, type HearOptions } from './hear';
import type { Heard, StudioDeps } from './types';

/** Sentences that could have been said instead: so many that their spread means something. */
const OTHERS = 24;

/** How well a sentence fits what is said, beside others of its language. Both in the others' standard deviations. */
export interface Standing {
  /** How far it lies above their mean. */
  aboveMean: number;
  /** How far the best of them lies above it; negative where it is the best itself. */
  belowBest: number;
}

/**
 * Where a sentence stands among the phrases of its language by how well they fit what is said. One that was read out
 * stands 2 to 10 above their mean, also for the starter recogniser, which could not write it down; when something else
 * is said, it is one of them. Null: not known, or not needed, since a full-size recogniser's own words tell more.
 */
export async function standing(
  deps: Pick<StudioDeps, 'engines'>,
  audio: Audio,
  { sentence, language, heard }: { sentence: string; language: Lang | null; heard: Heard | null },
  { signal, onFraction }: HearOptions
): Promise<Standing | null> {
  if (heard?.model !== DEFAULT_MODELS.transcriber) return null;
  if (!language || !(PHRASE_LANGUAGES as readonly Lang[]).includes(language)) return null;
  const phrases = (await phrasesFor(language)).map(({ text }) => text);
  const others = phrases.filter((text) => text !== sentence).slice(0, OTHERS);
  try {
    const [own, ...rest] = await deps.engines.textFit(audio, [sentence, ...others], language, {
      ...(signal ? { signal } : {}),
      onProgress: ({ fraction }) => onFraction?.(fraction)
    });
    return own === undefined ? null : among(own, rest);
  } catch (error) {
    if (isCode(error, 'language/unsupported') || isCode(error, 'speech/none-found')) return null;
    throw error;
  }
}

function among(own: number, others: readonly number[]): Standing | null {
  const middle = mean(others);
  const deviation = Math.sqrt(mean(others.map((other) => (other - middle) ** 2)));
  if (deviation === 0) return null;
  return { aboveMean: (own - middle) / deviation, belowBest: (Math.max(...others) - own) / deviation };
}
