/**
 * The composition root: the one place where storage, engines and pipeline are made and given to one another.
 * Storage opens with the first page. Everything that works on sound is loaded when it is first needed.
 */
import { writable } from 'svelte/store';
import type { EnginesConfig } from '$lib/engines';
import type { MessageProgress, Pipeline } from '$lib/pipeline';
import type { Settings, Storage } from '$lib/storage';
import type { Stage } from '$workers/contract';
import { enginePlaces } from './enginePlaces';
import { isUnfinished, takeUp } from './takeUp';
import type { App, StageDevice } from './types';

let opened: Promise<App> | undefined;

/** The app, opened by the first call. After a failure the next call tries again. Errors: `storage/…`. */
export function openApp(): Promise<App> {
  opened ??= compose().catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function compose(): Promise<App> {
  const [{ openStorage }, { createMessageStore }] = await Promise.all([
    import('$lib/storage'),
    import('$lib/messages')
  ]);
  const storage = await openStorage();
  const store = createMessageStore({ storage, now: () => Date.now(), newId: () => newId() });

  const progress = writable<ReadonlyMap<string, MessageProgress>>(new Map());
  const devices = writable<ReadonlyMap<Stage, StageDevice>>(new Map());
  let pipeline: Promise<Pipeline> | undefined;

  const app: App = {
    ...store,
    storage,
    progress,
    devices,
    pipeline() {
      pipeline ??= createHere(storage, progress.set, devices).catch((error: unknown) => {
        pipeline = undefined;
        throw error;
      });
      return pipeline;
    }
  };
  void tidy(app);
  return app;
}

async function createHere(
  storage: Storage,
  onProgress: (progress: ReadonlyMap<string, MessageProgress>) => void,
  devices: ReturnType<typeof writable<ReadonlyMap<Stage, StageDevice>>>
): Promise<Pipeline> {
  const [{ createEngines }, { createPipeline, browserDeps }, { busy, m, toasts }, models, settings] =
    await Promise.all([
      import('$lib/engines'),
      import('$lib/pipeline'),
      import('$lib/ui'),
      import('$lib/models'),
      storage.settings.get()
    ]);
  const engines = createEngines({ ...enginesConfig(settings), library: models.createModelShelf(storage) });
  engines.events.on('modelSetAside', ({ id, reason }) => {
    console.warn('A model did not work here and was set aside.', reason);
    toasts.show({ text: m.model_set_aside({ name: models.nameOf(id) }), tone: 'attention' });
  });
  engines.events.on('deviceDistrusted', ({ device, models: failed, reason }) => {
    console.warn(`A model did not work on ${device}.`, reason);
    for (const { id, folder } of failed) {
      const name = id === null ? folder : models.nameOf(id);
      toasts.show({ text: m.device_set_aside({ name }), tone: 'attention' });
    }
  });
  const place = (stage: Stage, device: StageDevice) =>
    devices.update((all) => new Map(all).set(stage, device));
  engines.events.on('planChosen', ({ stage, plan }) =>
    place(stage, { device: plan.devices[0] ?? 'wasm', movedFrom: null })
  );
  engines.events.on('deviceChanged', ({ stage, from, to }) => place(stage, { device: to, movedFrom: from }));

  const pipeline = createPipeline(browserDeps({ storage, engines }));
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

/** Where the engines' files lie; which models they use, and on which devices, the library says before each call. */
function enginesConfig(settings: Settings): EnginesConfig {
  return {
    ...enginePlaces(),
    models: { synthesizer: settings.ttsModel },
    ...(settings.transcriptionComputeType === 'auto'
      ? {}
      : { transcriberType: settings.transcriptionComputeType }),
    ...(settings.transcriptionBeamSize === 'auto' ? {} : { transcriberBeams: settings.transcriptionBeamSize })
  };
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
  } catch (error) {
    onError(error);
  }
}

/** `randomUUID` exists in secure contexts only. */
function newId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}
