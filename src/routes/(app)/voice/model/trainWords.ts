/** What the page says of a training. */
import * as m from '$lib/paraglide/messages.js';
import type { TrainingSession, TrainingStep } from '$lib/voice';
import type { Missing } from './readiness';

const STEP_NAMES: Record<TrainingStep, () => string> = {
  check: m.voice_train_step_check,
  embed: m.voice_train_step_embed,
  outliers: m.voice_train_step_outliers,
  centroid: m.voice_train_step_centroid,
  calibrate: m.voice_train_step_calibrate,
  enrol: m.voice_train_step_enrol,
  save: m.voice_train_step_save
};
export function stepText(step: TrainingStep): string {
  return STEP_NAMES[step]();
}

const STEPS_NOW: Record<TrainingStep, () => string> = {
  check: m.voice_train_now_check,
  embed: m.voice_train_now_embed,
  outliers: m.voice_train_now_outliers,
  centroid: m.voice_train_now_centroid,
  calibrate: m.voice_train_now_calibrate,
  enrol: m.voice_train_now_enrol,
  save: m.voice_train_now_save
};
/** What is being done now. */
export function nowText({ status, currentStep }: Pick<TrainingSession, 'status' | 'currentStep'>): string {
  return status === 'pending' ? m.voice_train_waits() : STEPS_NOW[currentStep]();
}

/** The parts of the current step; empty where it has none. A part that is half done isn't done. */
export function partsText({ stepDone, stepTotal }: Pick<TrainingSession, 'stepDone' | 'stepTotal'>): string {
  return stepTotal > 0 ? m.voice_train_parts({ done: Math.floor(stepDone), total: stepTotal }) : '';
}

const MISSING: Record<Missing, () => string> = {
  consent: m.voice_train_missing_consent,
  samples: m.voice_train_missing_samples,
  listening: m.voice_train_missing_listening,
  counting: m.voice_train_missing_counting
};
export function missingText(missing: Missing): string {
  return MISSING[missing]();
}
