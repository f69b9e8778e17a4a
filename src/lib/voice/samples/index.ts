/** Recordings for a voice model: kept at once, judged one after another, weighed beside each other. */
export { createSamples } from './samples';
export { browserStudioDeps } from './browser';
export { SAME_VOICE_COSINE, SAMPLE_LIMITS } from './limits';
export type { StudioDeps } from './types';
