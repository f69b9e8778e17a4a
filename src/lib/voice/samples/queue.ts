import { writable, type Readable } from 'svelte/store';
import { asStorageError } from '$lib/storage';
import { WorkQueue } from '$lib/work';
import { isUnfinished, processSample } from './process';
import type { StudioDeps } from './types';

type Working = { sampleId: string; fraction: number } | null;

/** Works on samples, oldest first. */
export class SampleQueue extends WorkQueue {
  readonly working: Readable<Working>;

  constructor(deps: StudioDeps) {
    const working = writable<Working>(null);
    super({
      locks: deps.locks,
      lock: 'timbre-voice-samples',
      async next() {
        const samples = (await deps.storage.store.all('samples')).filter(isUnfinished);
        return samples.sort((a, b) => a.createdAt - b.createdAt)[0]?.id;
      },
      async work(sampleId, controller) {
        let highest = 0;
        const report = (fraction: number) => {
          highest = Math.min(1, Math.max(highest, fraction));
          working.set({ sampleId, fraction: highest });
        };
        report(0);
        try {
          await processSample(deps, sampleId, controller, report);
        } finally {
          working.set(null);
        }
      },
      onError: (error) => deps.onProblem(asStorageError(error))
    });
    this.working = { subscribe: working.subscribe };
  }
}
