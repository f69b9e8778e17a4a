import { TimbreError, type Lang, type TranslationOutput } from '../contract';
import type { TranslatorRegistry } from './registry';
import { planRoutes } from './routes';

export interface TranslateHooks {
  /** Share of loading models, 0…1; only when one is loaded. */
  onLoading?: (fraction: number) => void;
  /** A sentence is done in a language: `done` of `total`, the languages on the way included. */
  onSentence?: (done: number, total: number) => void;
}

/**
 * Sentences into every target. A target that no model reaches is left out; a sentence that could not be
 * translated whole is ''.
 * @throws TimbreError 'translate/no-path' (no target is reached), 'translate/incomplete' (none is whole), 'model/…'.
 */
export async function translate(
  sentences: readonly string[],
  from: Lang,
  to: readonly Lang[],
  registry: TranslatorRegistry,
  hooks: TranslateHooks = {}
): Promise<Partial<Record<Lang, TranslationOutput>>> {
  const targets = [...new Set(to)].filter((language) => language !== from);
  if (to.length === 0) return {};
  const { hops, via } =
    targets.length > 0
      ? planRoutes(from, targets, await registry.directions())
      : { hops: [], via: new Map<Lang, Lang[]>() };
  if (targets.length > 0 && via.size === 0 && !to.includes(from)) {
    throw new TimbreError('translate/no-path', `no model translates ${from} into ${targets.join(', ')}`);
  }

  const total = sentences.length * hops.reduce((sum, hop) => sum + hop.to.length, 0);
  let done = 0;
  const texts = new Map<Lang, string[]>([[from, [...sentences]]]);
  const models = new Map<string, string>();
  for (const [index, hop] of hops.entries()) {
    const translator = await registry.open(hop.model, (fraction) =>
      hooks.onLoading?.((index + fraction) / hops.length)
    );
    const source = texts.get(hop.from) ?? [];
    const outputs = await translator.translate(source, hop.from, hop.to, () =>
      hooks.onSentence?.(++done, total)
    );
    for (const language of hop.to) {
      const output = outputs.get(language) ?? [];
      texts.set(
        language,
        source.map((_, i) => output[i] ?? '')
      );
      models.set(language, hop.model);
    }
  }

  const result: Partial<Record<Lang, TranslationOutput>> = {};
  if (to.includes(from)) result[from] = { sentences: [...sentences], via: [], model: '' };
  for (const [target, path] of via) {
    const used = [...path, target].flatMap((language) => models.get(language) ?? []);
    result[target] = { sentences: texts.get(target) ?? [], via: path, model: [...new Set(used)].join(' + ') };
  }
  if (!Object.values(result).some((output) => isWhole(sentences, output.sentences))) {
    throw new TimbreError(
      'translate/incomplete',
      `part of the text has no translation into ${targets.join(', ')}`
    );
  }
  return result;
}

function isWhole(sentences: readonly string[], translations: readonly string[]): boolean {
  return sentences.every((sentence, i) => sentence.trim() === '' || (translations[i] ?? '').trim() !== '');
}
