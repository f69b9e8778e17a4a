/** Offline use: the service worker's registration, how ready it is, what it counted, what was shared in. */
export type { OfflineFile, OfflineReadiness, RequestCount, RequestLog } from './protocol';
export { sharedFiles, type SharedFile } from './shared';
export { shippedFiles } from './shipped';
export { startOffline, storeForOffline, type OfflineHandlers } from './start';
export { offline } from './state.svelte';
