/** Profiles, samples, training and voice models: their types, and the pipeline's way to ask for a voice. */
export type * from './types';
export { stockVoice } from './stock';
