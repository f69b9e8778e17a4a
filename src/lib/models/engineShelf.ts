import type { ModelShelf } from '$lib/engines';
import type { Storage } from '$lib/storage';
import { createInstalledModels } from './installed';
import { createModelLibrary } from './library';
import { browserVersion, markOf, setAsideIn } from './setAside';
import { wantedDevices } from './stageDevices';

/** What the engines are told of the person's choices and of what is installed. */
export function createModelShelf({ settings }: Pick<Storage, 'settings'>): ModelShelf {
  const installed = createInstalledModels(createModelLibrary());
  return {
    async read() {
      const [chosen, models] = await Promise.all([settings.get(), installedOrNone(installed)]);
      return {
        wanted: {
          transcriber: chosen.transcriptionModel,
          translator: chosen.translationModel,
          speakerEncoder: chosen.speakerModel,
          voiceConverter: chosen.cloningModel
        },
        devices: wantedDevices(chosen),
        installed: models,
        setAside: setAsideIn(chosen.modelsSetAside, browserVersion()),
        distrusted: setAsideIn(chosen.devicesSetAside, browserVersion())
      };
    },
    async setAside(id) {
      const { modelsSetAside } = await settings.get();
      const mark = markOf(id, browserVersion());
      if (!modelsSetAside.includes(mark)) await settings.set({ modelsSetAside: [...modelsSetAside, mark] });
    },
    async distrust(keys) {
      const { devicesSetAside } = await settings.get();
      const marks = keys.map((key) => markOf(key, browserVersion()));
      await settings.set({ devicesSetAside: [...new Set([...devicesSetAside, ...marks])] });
    }
  };
}

/** A library that can't be read must not stop the work: the starter models do it. */
async function installedOrNone<T>(ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    console.warn('What is installed could not be read.', error);
    return [];
  }
}
