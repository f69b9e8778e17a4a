import type { VoicePolicy } from './types';

/** The policy while there are no voice models: every version is spoken by a base voice, and says so. */
export const stockVoice: VoicePolicy = { voiceFor: () => Promise.resolve(null) };
