import type { Phrase, PhraseCategory, VoiceSample } from '$lib/voice';

type Reading = Pick<VoiceSample, 'source' | 'language' | 'phraseText' | 'status' | 'problems' | 'kept'>;

/** Ids of the phrases that need no more saying. One that is still being judged is taken for a good one. */
export function donePhrases(
  phrases: readonly Phrase[],
  samples: readonly Reading[],
  language: string | undefined
): Set<string> {
  const texts = new Set(
    samples.filter((sample) => sample.language === language && isDone(sample)).map((one) => one.phraseText)
  );
  return new Set(phrases.filter(({ text }) => texts.has(text)).map(({ id }) => id));
}

function isDone({ source, status, problems, kept }: Reading): boolean {
  return source === 'guided' && status !== 'failed' && (problems.length === 0 || kept);
}

/** The next that is still to be said, from the place after `after` on and round again. Null: there is none. */
export function nextPhrase(
  phrases: readonly Phrase[],
  done: ReadonlySet<string>,
  after: string | null
): Phrase | null {
  return inTurn(phrases, after).find(({ id }) => !done.has(id) && id !== after) ?? null;
}

/** Another than this one: one that is still to be said, or else the next in order. */
export function anotherPhrase(
  phrases: readonly Phrase[],
  done: ReadonlySet<string>,
  than: string
): Phrase | null {
  return nextPhrase(phrases, done, than) ?? inTurn(phrases, than)[0] ?? null;
}

function inTurn(phrases: readonly Phrase[], after: string | null): Phrase[] {
  const place = phrases.findIndex(({ id }) => id === after) + 1;
  return [...phrases.slice(place), ...phrases.slice(0, place)];
}

/** How far a category has come: for each of its phrases, whether it is done. */
export interface Track {
  category: PhraseCategory;
  done: boolean[];
}

/** In the order in which the categories are first met. */
export function tracksOf(phrases: readonly Phrase[], done: ReadonlySet<string>): Track[] {
  const tracks = new Map<PhraseCategory, boolean[]>();
  for (const { id, category } of phrases)
    tracks.set(category, [...(tracks.get(category) ?? []), done.has(id)]);
  return [...tracks].map(([category, each]) => ({ category, done: each }));
}

/** In which language phrases are offered: that of the last one that was read, else the first of `wished` that has any. */
export function readingLanguage<L extends string>(
  samples: readonly Pick<VoiceSample, 'source' | 'language'>[],
  wished: readonly string[],
  known: readonly L[]
): L | undefined {
  const last = samples.find(({ source }) => source === 'guided')?.language;
  for (const language of [last, ...wished]) {
    const found = known.find((one) => one === language);
    if (found) return found;
  }
  return known[0];
}
