import { busy } from '../busy.svelte';

/** Runs once no work is under way; at once when none is. */
export function whenIdle(run: () => void): void {
  if (!busy.isBusy) return run();
  const stop = $effect.root(() => {
    $effect(() => {
      if (busy.isBusy) return;
      queueMicrotask(stop);
      run();
    });
  });
}
