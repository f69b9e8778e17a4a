import { LANGUAGES, type Lang, type TranslationDirections } from '../contract';

/** Whether, and by which model, one language is translated straight into another. */
export type Direct = (from: Lang, to: Lang) => string | undefined;

/** Whether a model of these directions translates one language straight into another. */
export function translates(directions: TranslationDirections, from: Lang, to: Lang): boolean {
  if ('among' in directions)
    return from !== to && directions.among.includes(from) && directions.among.includes(to);
  return directions.from === from && directions.to === to;
}

/** Sentences of one language into several, by one model. */
export interface Hop {
  model: string;
  from: Lang;
  to: Lang[];
}

export interface Plan {
  /** In order: what a later hop starts from, an earlier one made. */
  hops: Hop[];
  /** For each reachable target, the languages on the way. */
  via: Map<Lang, Lang[]>;
}

/** The pivot that most models know, then the others. */
const PIVOTS: readonly Lang[] = ['en', ...LANGUAGES.filter((language) => language !== 'en')];

/**
 * A way to each target: straight, or through one other language, for which one that is a target itself
 * is taken if possible (it is made anyway), but English before it. Targets without a way are left out.
 */
export function planRoutes(from: Lang, to: readonly Lang[], direct: Direct): Plan {
  const via = new Map<Lang, Lang[]>();
  for (const target of to) if (direct(from, target) !== undefined) via.set(target, []);
  const pivots = [...PIVOTS].sort((a, b) => rank(a, via) - rank(b, via));
  for (const target of to) {
    if (via.has(target)) continue;
    const pivot = pivots.find(
      (language) => direct(from, language) !== undefined && direct(language, target) !== undefined
    );
    if (pivot) via.set(target, [pivot]);
  }

  const hops: Hop[] = [];
  const add = (source: Lang, target: Lang) => {
    const model = direct(source, target);
    if (model === undefined) return;
    const same = hops.find((hop) => hop.model === model && hop.from === source);
    if (!same) hops.push({ model, from: source, to: [target] });
    else if (!same.to.includes(target)) same.to.push(target);
  };
  for (const [target, [pivot]] of via) add(from, pivot ?? target);
  for (const [target, [pivot]] of via) if (pivot) add(pivot, target);
  return { hops, via };
}

function rank(language: Lang, made: ReadonlyMap<Lang, Lang[]>): number {
  if (language === 'en') return 0;
  return made.has(language) ? 1 : 2;
}
