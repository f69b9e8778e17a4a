import {
  DEFAULT_MODELS,
  TimbreError,
  type Lang,
  type TranslationDirections,
  type TranslatorModel,
  type WorkerConfig
} from '../contract';
import { loadTranslator, readDirections, type Seq2SeqTranslator } from './engines/seq2seq';
import type { Direct } from './routes';

/** What `translate` needs of the models. */
export interface TranslatorRegistry {
  /** Reads, where the page didn't say it, what each model translates; loads no weights. */
  directions(): Promise<Direct>;
  /** The model, loaded at its first use. */
  open(model: string, onFraction?: (fraction: number) => void): Promise<Pick<Seq2SeqTranslator, 'translate'>>;
}

/** Pair models are large, and a pivot needs two: older ones are given back. */
const MOST_OPEN = 2;

/** The translation models that the page gives; `models.translator` alone when it gives no list. */
export function createRegistry(config: WorkerConfig): TranslatorRegistry {
  const models: readonly TranslatorModel[] = config.translators ?? [
    { model: config.models?.translator ?? DEFAULT_MODELS.translator }
  ];
  const folderOf = (model: string) => `${config.modelBase}${model}/`;
  const configOf = (model: string): WorkerConfig => {
    const level = models.find((entry) => entry.model === model)?.graphOptimizationLevel;
    return level ? { ...config, graphOptimizationLevel: level } : config;
  };
  const most = config.oneModelAtATime ? 1 : MOST_OPEN;
  // In order of use, oldest first.
  const open = new Map<string, Seq2SeqTranslator>();
  let known: { model: string; directions: TranslationDirections }[] | undefined;

  return {
    async directions() {
      known ??= (await Promise.all(models.map((entry) => describe(entry, folderOf(entry.model))))).flatMap(
        (entry) => entry ?? []
      );
      const list = known;
      return (from, to) => list.find(({ directions }) => translates(directions, from, to))?.model;
    },
    async open(model, onFraction) {
      const known = open.get(model);
      open.delete(model);
      // Before the next one comes, so that there are never more.
      for (const [name, old] of open) {
        if (open.size < most) break;
        open.delete(name);
        await old.release();
      }
      const translator = known ?? (await loadTranslator(folderOf(model), configOf(model), onFraction));
      open.set(model, translator);
      return translator;
    }
  };
}

async function describe(
  entry: TranslatorModel,
  folder: string
): Promise<{ model: string; directions: TranslationDirections } | undefined> {
  const directions = entry.directions ?? (await readDirections(folder));
  if (!directions)
    throw new TimbreError('model/load-failed', `${folder} does not say which languages it translates`);
  return { model: entry.model, directions };
}

function translates(directions: TranslationDirections, from: Lang, to: Lang): boolean {
  if ('among' in directions)
    return from !== to && directions.among.includes(from) && directions.among.includes(to);
  return directions.from === from && directions.to === to;
}
