/** The person's own app. Storage opens with the first page. */
import { writable } from 'svelte/store';
import type { Stage } from '$workers/contract';
import { once } from './once';
import type { App, StageDevice } from './types';

/** The app, opened by the first call. After a failure the next call tries again. Errors: `storage/…`. */
export const openApp: () => Promise<App> = once(async () => {
  const [{ openStorage }, { compose, tidy }] = await Promise.all([
    import('$lib/storage'),
    import('./compose')
  ]);
  const storage = await openStorage();
  const devices = writable<ReadonlyMap<Stage, StageDevice>>(new Map());
  const engines = once(async () => (await import('./engines')).openEngines(storage, devices));
  const app = compose({ storage, engines, devices });
  tidy(app);
  return app;
});
