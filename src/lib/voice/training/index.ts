/** From samples to a voice model, and from a voice model to the voice that a message is spoken in. */
export { createTraining, type TrainingHere } from './training';
export { createVoicePolicy } from './policy';
export { CALIBRATION } from './calibration';
export type { TrainingDeps } from './types';
