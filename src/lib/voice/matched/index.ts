/** The matched voice: the base voice fitted to a person, with nothing to fetch. */
export { createMatchedEnroller } from './enroller';
export { fitMatchedVoice, type FitInput, type Fitted } from './fit';
export { breathe } from './breathe';
export { measurePerson, type Person } from './person';
export type { MatchedDeps } from './types';
