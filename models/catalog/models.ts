/** Every model once. */
import { RECOGNITION } from './recognition';
import { SPEAKER } from './speaker';
import { CLONING, SYNTHESIS } from './speech';
import { TRANSLATION } from './translation';
import type { Model, OtherModel, Stage, TranslationModel } from './types';
import { VOICE_ACTIVITY } from './voice-activity';
import { WATERMARK } from './watermark';

export const MODELS: readonly Model[] = [
  ...VOICE_ACTIVITY,
  ...RECOGNITION,
  ...TRANSLATION,
  ...SPEAKER,
  ...SYNTHESIS,
  ...CLONING,
  ...WATERMARK
];

const BY_ID: ReadonlyMap<string, Model> = new Map(MODELS.map((model) => [model.id, model]));

/** Undefined for an id that is none, e.g. of a model that a later version stored. */
export function modelById(id: string): Model | undefined {
  return BY_ID.get(id);
}

export function modelsOf(stage: 'translation'): readonly TranslationModel[];
export function modelsOf(stage: OtherModel['stage']): readonly OtherModel[];
export function modelsOf(stage: Stage): readonly Model[];
export function modelsOf(stage: Stage): readonly Model[] {
  return MODELS.filter((model) => model.stage === stage);
}
