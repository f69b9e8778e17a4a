/** What pages work with: everything wired together, opened once. */
export { openApp } from './app';
export { deleteSpace, openSpace, type Space, type SpaceOptions } from './space';
export { isFramedElsewhere } from './framed';
export { enginePlaces } from './enginePlaces';
export { isFirstVisit } from './firstVisit';
export { comingFor, warmUp } from './warmUp';
export { provideApp, useApp } from './context';
export { conversationIdOf, NOTES } from './notes';
export type { App, StageDevice } from './types';
