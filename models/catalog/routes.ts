/** Which translation models a group of languages needs. */
import type { Lang } from '$workers/contract';
import { translates } from './ask';
import type { TranslationModel } from './types';

export interface Pair {
  from: Lang;
  to: Lang;
}

export interface Cover {
  models: readonly TranslationModel[];
  /** Pairs that no model translates, neither straight nor through English. */
  missing: readonly Pair[];
}

const PIVOT = 'en';

export function pairsAmong(languages: readonly Lang[]): Pair[] {
  const once = [...new Set(languages)];
  return once.flatMap((from) => once.filter((to) => to !== from).map((to) => ({ from, to })));
}

/**
 * The models for every pair among the languages, earlier candidates preferred. Pairs may go through English
 * where that takes fewer bytes in all; else they go straight where a model does.
 * @param bytes of a model to fetch.
 */
export function coverPairs(
  languages: readonly Lang[],
  candidates: readonly TranslationModel[],
  bytes: (model: TranslationModel) => number
): Cover {
  const direct = (from: Lang, to: Lang) => candidates.find((model) => translates(model, from, to));
  const throughEnglish = (from: Lang, to: Lang) => {
    const [into, outOf] = [direct(from, PIVOT), direct(PIVOT, to)];
    return into && outOf ? [into, outOf] : undefined;
  };
  const straight = (from: Lang, to: Lang) => {
    const model = direct(from, to);
    return model ? [model] : undefined;
  };
  const pairs = pairsAmong(languages);
  const covers = [
    collect(pairs, ({ from, to }) => straight(from, to) ?? throughEnglish(from, to)),
    collect(pairs, ({ from, to }) => throughEnglish(from, to) ?? straight(from, to))
  ];
  const total = ({ models }: Cover) => models.reduce((sum, model) => sum + bytes(model), 0);
  return covers.reduce((best, other) => (total(other) < total(best) ? other : best));
}

function collect(pairs: readonly Pair[], way: (pair: Pair) => TranslationModel[] | undefined): Cover {
  const models = new Set<TranslationModel>();
  const missing: Pair[] = [];
  for (const pair of pairs) {
    const found = way(pair);
    if (found) found.forEach((model) => models.add(model));
    else missing.push(pair);
  }
  return { models: [...models], missing };
}
