import * as m from '$lib/paraglide/messages.js';
import type { Writable } from 'svelte/store';
import type { Engines, EnginesConfig } from '$lib/engines';
import type { Settings, Storage } from '$lib/storage';
import type { Stage } from '$workers/contract';
import { enginePlaces } from './enginePlaces';
import type { StageDevice } from './types';

/** The bridge to the workers, and what it has to say to the person. No worker starts before the first call. */
export async function openEngines(
  storage: Storage,
  devices: Writable<ReadonlyMap<Stage, StageDevice>>
): Promise<Engines> {
  const [{ createEngines }, { toasts }, models, { modelById }, settings] = await Promise.all([
    import('$lib/engines'),
    import('$lib/ui'),
    import('$lib/models'),
    import('../../../models/catalog'),
    storage.settings.get()
  ]);
  const engines = createEngines({ ...configOf(settings), library: models.createModelShelf(storage) });
  engines.events.on('modelSetAside', ({ id, reason }) => {
    console.warn('A model did not work here and was set aside.', reason);
    // Nothing takes its place.
    const text = modelById(id)?.stage === 'watermark' ? m.watermark_set_aside : m.model_set_aside;
    toasts.show({ text: text({ name: models.nameOf(id) }), tone: 'attention' });
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
  return engines;
}

/** Where the engines' files lie; which models they use, and on which devices, the library says before each call. */
function configOf(settings: Settings): EnginesConfig {
  return {
    ...enginePlaces(),
    models: { synthesizer: settings.ttsModel },
    ...(settings.transcriptionComputeType === 'auto'
      ? {}
      : { transcriberType: settings.transcriptionComputeType }),
    ...(settings.transcriptionBeamSize === 'auto' ? {} : { transcriberBeams: settings.transcriptionBeamSize })
  };
}
