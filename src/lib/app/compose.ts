/**
 * The composition: the one place where storage, engines, voice and pipeline are given to one another. It makes the
 * person's own app (app.ts) and that of each web app which has Timbre in it (space.ts).
 */
import { writable } from 'svelte/store';
import type { Engines } from '$lib/engines';
import { newId } from '$lib/ids';
import { createMessageStore } from '$lib/messages';
import type { MessageProgress, Pipeline } from '$lib/pipeline';
import type { Storage } from '$lib/storage';
import type { Voice, VoicePolicy } from '$lib/voice';
import { lentPolicy } from './lentVoice';
import { once } from './once';
import { isStudioUnfinished } from './studio';
import { isUnfinished, takeUp } from './takeUp';
import type { App } from './types';

/** What an app is made of. */
export interface Parts {
  storage: Storage;
  engines(): Promise<Engines>;
  devices: App['devices'];
  /** Somebody else's studio, to be used instead of the one in `storage`; asked each time. Null: not now. */
  lentVoice?(): Promise<Voice> | null;
}

/** Everything that works on sound is loaded when it is first needed. */
export function compose({ storage, engines, devices, lentVoice }: Parts): App {
  const store = createMessageStore({ storage, now: () => Date.now(), newId });
  const progress = writable<ReadonlyMap<string, MessageProgress>>(new Map());
  const ownVoice = once(async () => (await import('./voice')).openVoice(storage, await engines()));
  const pipeline = once(async () => {
    const { policy } = await ownVoice();
    const spoken = lentVoice ? lentPolicy(storage.store, policy, lentVoice) : policy;
    return createHere(storage, await engines(), spoken, progress.set);
  });
  return {
    ...store,
    storage,
    progress,
    devices,
    engines,
    pipeline,
    voice: () => lentVoice?.() ?? ownVoice(),
    async resumeStudio() {
      if (!(await isStudioUnfinished(storage.store, Date.now()))) return;
      const { samples, training } = await ownVoice();
      await samples.resume();
      await training.resume();
    }
  };
}

async function createHere(
  storage: Storage,
  engines: Engines,
  voice: VoicePolicy,
  onProgress: (progress: ReadonlyMap<string, MessageProgress>) => void
): Promise<Pipeline> {
  const [{ createPipeline, browserDeps }, { busy }] = await Promise.all([
    import('$lib/pipeline'),
    import('$lib/ui')
  ]);
  const pipeline = createPipeline(browserDeps({ storage, engines, voice }));
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

/**
 * Once the page is drawn: what a closed tab left unfinished goes on, and what was deleted goes.
 * @returns the end of it.
 */
export function tidy(app: App): () => void {
  let ended = false;
  let end = () => {};
  // The state of storage says so on the page; nothing here was asked for by the person.
  const onError = (error: unknown) =>
    console.error('What was left unfinished could not be put right.', error);
  const work = async () => {
    if (ended) return;
    await app.messages.repair();
    // Without a lock over all tabs, each would do again what another does: then only what is there on start.
    if (globalThis.navigator?.locks) end = takeUp(app.storage, () => app.pipeline(), onError);
    else if (await isUnfinished(app.storage.store)) await (await app.pipeline()).resumeAll();
    if (ended) return end();
    await app.messages.purge();
    await app.resumeStudio();
  };
  const calm = setTimeout(() => {
    work().catch((error: unknown) => {
      if (!ended) onError(error);
    });
  }, 500);
  return () => {
    ended = true;
    clearTimeout(calm);
    end();
  };
}
