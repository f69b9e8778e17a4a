/** The page's parts: the stages of a message, and what of the catalogue belongs to each. */
import { modelsOf, type Model, type Stage } from '../../../../models/catalog';
import type { ChoosableStage } from '$lib/engines';
import type { Settings } from '$lib/storage';
import * as m from '$lib/paraglide/messages.js';

export interface Section {
  id: 'transcribe' | 'translate' | 'voice' | 'speak';
  title: () => string;
  about: () => string;
  stages: readonly Stage[];
  /** Where the person can choose, and where the choice is kept. */
  choice: { stage: ChoosableStage; setting: keyof ModelSettings } | null;
}

/** The settings that say which model a stage shall use. */
export type ModelSettings = Pick<
  Settings,
  'transcriptionModel' | 'translationModel' | 'speakerModel' | 'cloningModel'
>;

export const SECTIONS: readonly Section[] = [
  {
    id: 'transcribe',
    title: m.stage_transcribe,
    about: m.models_about_transcribe,
    stages: ['recognition', 'voice-activity'],
    choice: { stage: 'transcriber', setting: 'transcriptionModel' }
  },
  {
    id: 'translate',
    title: m.stage_translate,
    about: m.models_about_translate,
    stages: ['translation'],
    choice: { stage: 'translator', setting: 'translationModel' }
  },
  {
    id: 'voice',
    title: m.models_stage_voice,
    about: m.models_about_voice,
    stages: ['speaker'],
    choice: { stage: 'speakerEncoder', setting: 'speakerModel' }
  },
  {
    id: 'speak',
    title: m.stage_speak,
    about: m.models_about_speak,
    stages: ['synthesis', 'cloning', 'watermark'],
    choice: { stage: 'voiceConverter', setting: 'cloningModel' }
  }
];

/** One line of a section: a model, or a family of them, one for each direction. */
export type Line = { kind: 'model'; model: Model } | { kind: 'family'; family: string; models: Model[] };

/** A section's lines in the catalogue's order; those that no engine runs yet apart. */
export function linesOf({ stages }: Section): { usable: Line[]; later: Line[] } {
  const lines: Line[] = [];
  for (const model of stages.flatMap((stage) => modelsOf(stage))) {
    const { family } = model;
    if (family === undefined) lines.push({ kind: 'model', model });
    else {
      const known = lines.find((line) => line.kind === 'family' && line.family === family);
      if (known?.kind === 'family') known.models.push(model);
      else lines.push({ kind: 'family', family, models: [model] });
    }
  }
  const runs = (line: Line) => (line.kind === 'model' ? line.model : line.models[0])?.runsHere !== null;
  return { usable: lines.filter(runs), later: lines.filter((line) => !runs(line)) };
}
