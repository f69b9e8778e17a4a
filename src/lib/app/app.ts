/**
 * The composition root: the one place where storage, engines and pipeline are made and given to one another.
 * Storage opens with the first page. Everything that works on sound is loaded when it is first needed.
 */
import { writable } from 'svelte/store';
import type { Engines } from '$lib/engines';
import type { MessageProgress, Pipeline } from '$lib/pipeline';
import type { Storage } from '$lib/storage';
import type { Voice } from '$lib/voice';
import type { Stage } from '$workers/contract';
import { newId } from '$lib/ids';
import { once } from './once';
import { isStudioUnfinished } from './studio';
import { isUnfinished, takeUp } from './takeUp';
import type { App, StageDevice } from './types';

/** The app, opened by the first call. After a failure the next call tries again. Errors: `storage/…`. */
export const openApp: () => Promise<App> = once(compose);

async function compose(): Promise<App> {
  const [{ openStorage }, { createMessageStore }] = await Promise.all([
    import('$lib/storage'),
    import('$lib/messages')
  ]);
  const storage = await openStorage();
  const store = createMessageStore({ storage, now: () => Date.now(), newId });

  const progress = writable<ReadonlyMap<string, MessageProgress>>(new Map());
  const devices = writable<ReadonlyMap<Stage, StageDevice>>(new Map());
  const engines = once(async () => (await import('./engines')).openEngines(storage, devices));
  const voice = once(async () => (await import('./voice')).openVoice(storage, await engines()));
  const pipeline = once(async () => createHere(storage, await engines(), await voice(), progress.set));

  const app: App = {
    ...store,
    storage,
    progress,
    devices,
    pipeline,
    voice,
    async resumeStudio() {
      if (!(await isStudioUnfinished(storage.store, Date.now()))) return;
      const { samples, training } = await voice();
      await samples.resume();
      await training.resume();
    }
  };
  void tidy(app);
  return app;
}

async function createHere(
  storage: Storage,
  engines: Engines,
  voice: Voice,
  onProgress: (progress: ReadonlyMap<string, MessageProgress>) => void
): Promise<Pipeline> {
  const [{ createPipeline, browserDeps }, { busy }] = await Promise.all([
    import('$lib/pipeline'),
    import('$lib/ui')
  ]);
  const pipeline = createPipeline(browserDeps({ storage, engines, voice: voice.policy }));
  let endBusy: (() => void) | undefined;
  // For as long as the page lives.
  pipeline.progress.subscribe((all) => {
    onProgress(all);
    if (all.size > 0) endBusy ??= busy.begin('messages are being worked on');
    else {
      endBusy?.();
      endBusy = undefined;
    }
  });
  return pipeline;
}

/** Once the page is drawn: what a closed tab left unfinished goes on, and what was deleted goes. */
async function tidy(app: App): Promise<void> {
  await new Promise((calm) => setTimeout(calm, 500));
  // The state of storage says so on the page; nothing here was asked for by the person.
  const onError = (error: unknown) =>
    console.error('What was left unfinished could not be put right.', error);
  try {
    await app.messages.repair();
    // Without a lock over all tabs, each would do again what another does: then only what is there on start.
    if (navigator.locks) takeUp(app.storage, () => app.pipeline(), onError);
    else if (await isUnfinished(app.storage.store)) await (await app.pipeline()).resumeAll();
    await app.messages.purge();
    await app.resumeStudio();
  } catch (error) {
    onError(error);
  }
}
