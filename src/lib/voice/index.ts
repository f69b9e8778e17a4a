/** Profiles, samples, training and voice models, and the pipeline's way to ask for a voice. */
export type * from './types';
export { stockVoice } from './stock';
export { createVoice, type VoiceDeps } from './createVoice';
export { browserStudioDeps } from './samples';
export { PHRASE_LANGUAGES, phrasesFor } from './phrases';
export { breathe, createMatchedEnroller } from './matched';
export { cloningEnrollers } from './cloning';
export { CALIBRATION } from './training/calibration';
