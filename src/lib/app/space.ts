import type { Storage } from '$lib/storage';
import { openApp } from './app';
import { callMessages, type CallMessages } from './callMessages';
import type { App } from './types';

/** The app as one web app that has Timbre in it has it: messages of its own, on the person's engines and settings. */
export interface Space extends App {
  /** For a message that is made for a call of that web app's: what a page leaves of it goes when the space is opened again. */
  callId(): string;
  /** Its tables are let go, and nothing of it runs on. */
  close(): void;
}

export interface SpaceOptions {
  /** Whether the person's own voice may be used; asked each time. Else what was recorded in this space must do. */
  mayUseVoice(): boolean;
}

/** The database of one host. */
function nameOf(host: string): string {
  return `timbre@${host}`;
}

/** @param host an origin. Errors: `storage/…`. */
export async function openSpace(host: string, options: SpaceOptions): Promise<Space> {
  const [{ createStorage }, main] = await Promise.all([import('$lib/storage'), openApp()]);
  return createSpace(main, await createStorage({ name: nameOf(host) }), options);
}

/** @param main the person's own app. @param tables the host's. */
export async function createSpace(
  main: App,
  tables: Storage,
  { mayUseVoice }: SpaceOptions,
  calls: CallMessages = callMessages()
): Promise<Space> {
  const { compose, tidy } = await import('./compose');
  const storage: Storage = { ...tables, settings: main.storage.settings };
  const app = compose({
    storage,
    engines: () => main.engines(),
    devices: main.devices,
    lentVoice: () => (mayUseVoice() ? main.voice() : null)
  });
  await calls.forgetLeft(storage.store, app.messages);
  const endTidying = tidy(app);
  return {
    ...app,
    callId: () => calls.newId(),
    close() {
      endTidying();
      calls.end();
      tables.close();
    }
  };
}

/** Everything that is stored for a host, for good. Errors: `storage/…`. */
export async function deleteSpace(host: string): Promise<void> {
  const { deleteStorage } = await import('$lib/storage');
  await deleteStorage({ name: nameOf(host) });
}
