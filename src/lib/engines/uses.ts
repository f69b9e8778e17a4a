/** Which of its stage's models a call may load: only those can be at fault when it fails. Folders below `modelBase`. */
import {
  DEFAULT_MODELS,
  MATCHED,
  OPENVOICE,
  type Lang,
  type VoiceConditioning,
  type WorkerConfig
} from '../../../workers/contract';
import { planRoutes, translates } from '../../../workers/translate/routes';

/** The models on the ways that the worker will go. */
export function translatorsFor(
  { translators, models }: WorkerConfig,
  from: Lang,
  to: readonly Lang[]
): readonly string[] {
  if (!translators) return [models?.translator ?? DEFAULT_MODELS.translator];
  const direct = (source: Lang, target: Lang) =>
    translators.find(({ directions }) => !directions || translates(directions, source, target))?.model;
  return planRoutes(from, to, direct).hops.map(({ model }) => model);
}

/** The base voice of the language, where it was fetched, what clones, and what marks; eSpeak is no model. */
export function voicesFor(
  { baseVoices = [], models, cloningEngine = OPENVOICE }: WorkerConfig,
  language: Lang,
  voice: VoiceConditioning | undefined
): readonly string[] {
  const engines = Object.keys(voice?.engines ?? {});
  const cloning = models?.voiceConverter;
  const clones = cloning !== undefined && engines.includes(cloningEngine);
  const marks = models?.watermark === undefined ? [] : [models.watermark];
  // What is fitted to a person is eSpeak.
  if (!clones && engines.includes(MATCHED)) return marks;
  const base = baseVoices.find((each) => each.language === language)?.model;
  return [...(base === undefined ? [] : [base]), ...(clones ? [cloning] : []), ...marks];
}
