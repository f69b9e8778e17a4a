import {
  DEFAULT_MODELS,
  LANGUAGES,
  TimbreError,
  type Lang,
  type TranslationDirections,
  type TranslatorModel,
  type WorkerConfig
} from '../contract';
import type { BergamotTranslator } from './engines/bergamot';
import { loadTranslator, readDirections, type Seq2SeqTranslator } from './engines/seq2seq';
import { translates, type Direct } from './routes';

type OpenTranslator = Seq2SeqTranslator | BergamotTranslator;

/** What `translate` needs of the models. */
export interface TranslatorRegistry {
  /** Reads, where the page didn't say it, what each model translates; loads no weights. */
  directions(): Promise<Direct>;
  /** The model, loaded at its first use. */
  open(model: string, onFraction?: (fraction: number) => void): Promise<Pick<OpenTranslator, 'translate'>>;
}

/** Pair models are large, and a pivot needs two: older ones are given back. */
const MOST_OPEN = 2;

/** The translation models that the page gives; `models.translator` alone when it gives no list. */
export function createRegistry(config: WorkerConfig): TranslatorRegistry {
  const models: readonly TranslatorModel[] = config.translators ?? [
    { model: config.models?.translator ?? DEFAULT_MODELS.translator }
  ];
  const folderOf = (model: string) => `${config.modelBase}${model}/`;
  async function load(model: string, onFraction?: (fraction: number) => void): Promise<OpenTranslator> {
    const entry = models.find((entry) => entry.model === model) ?? { model };
    const level = entry.graphOptimizationLevel;
    const own = level ? { ...config, graphOptimizationLevel: level } : config;
    if (entry.engine !== 'bergamot') return loadTranslator(folderOf(model), own, onFraction);
    const { loadBergamot } = await import('./engines/bergamot');
    return loadBergamot(folderOf(model), directionOf(entry), own, onFraction);
  }
  const most = config.oneModelAtATime ? 1 : MOST_OPEN;
  // In order of use, oldest first.
  const open = new Map<string, OpenTranslator>();
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
      const translator = known ?? (await load(model, onFraction));
      open.set(model, translator);
      return translator;
    }
  };
}

async function describe(
  entry: TranslatorModel,
  folder: string
): Promise<{ model: string; directions: TranslationDirections } | undefined> {
  const directions =
    entry.directions ?? (entry.engine === 'bergamot' ? directionOf(entry) : await readDirections(folder));
  if (!directions)
    throw new TimbreError('model/load-failed', `${folder} does not say which languages it translates`);
  return { model: entry.model, directions };
}

/** Its files don't say it, their folder's name does (`…/en-fr`). @throws TimbreError 'model/load-failed'. */
function directionOf({ model, directions }: TranslatorModel): { from: Lang; to: Lang } {
  if (directions && 'from' in directions) return directions;
  const [, from, to] = /(?:^|\/)([a-z]{2})-([a-z]{2})$/.exec(model) ?? [];
  const known = (name: string | undefined) => LANGUAGES.find((language) => language === name);
  const direction = { from: known(from), to: known(to) };
  if (direction.from && direction.to) return { from: direction.from, to: direction.to };
  throw new TimbreError(
    'model/load-failed',
    `${model}/ does not say which language it translates into which`
  );
}
