import { TimbreError } from '$workers/contract';
import {
  DEFAULT_SETTINGS,
  readSettings,
  SETTING_NAMES,
  unusable,
  type SettingName,
  type Settings
} from './settingsSchema';
import type { Live, Reader, Store } from './store';

/** One row a setting, so that two tabs that change two settings don't undo each other. */
export class SettingsStore {
  constructor(private readonly store: Store) {}

  get(): Promise<Settings> {
    return read(this.store);
  }

  live(): Live<Settings> {
    return this.store.live(read);
  }

  /** Errors: `input/invalid` for a value out of its range (nothing is changed then), `storage/…`. */
  async set(change: Partial<Settings>): Promise<void> {
    const wrong = unusable(change);
    if (wrong.length > 0)
      throw new TimbreError('input/invalid', `settings out of range: ${wrong.join(', ')}`);
    await this.store.write(['settings'], async (unit) => {
      for (const name of SETTING_NAMES) {
        if (change[name] !== undefined) await unit.put('settings', { id: name, value: change[name] });
      }
    });
  }

  /** Back to the default: those named, or all. */
  async reset(names: readonly SettingName[] = SETTING_NAMES): Promise<void> {
    await this.store.write(['settings'], async (unit) => {
      for (const name of names) await unit.remove('settings', name);
    });
  }

  get defaults(): Settings {
    return DEFAULT_SETTINGS;
  }
}

async function read(reader: Reader): Promise<Settings> {
  const rows = await reader.all('settings');
  return readSettings(Object.fromEntries(rows.map(({ id, value }) => [id, value])));
}
