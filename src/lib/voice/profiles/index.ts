/** Whose voices may be modelled, and that they allowed it. */
export { createProfiles } from './profiles';
export type { VoiceExport } from './exportAll';
