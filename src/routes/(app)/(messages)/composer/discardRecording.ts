import { tick } from 'svelte';
import type { App } from '$lib/app';
import * as m from '$lib/paraglide/messages.js';
import { attempt } from '../card/attempt';
import { offerUndo } from './offerUndo.svelte';
import type { Recording } from './recording.svelte';

interface Options {
  /** Whether what showed the recording is still there when the person wants it back. */
  isHere: () => boolean;
  /** The panel is gone, and what had the focus with it. */
  ongone: () => void;
}

/** Sets a recording aside, and offers it back for a while. */
export async function discardRecording(app: App, recording: Recording, { isHere, ongone }: Options) {
  await attempt(async () => {
    const discarded = await recording.discard();
    await tick();
    ongone();
    if (!discarded) return;
    const { undoMs } = await app.storage.settings.get();
    offerUndo({
      text: m.recording_discarded(),
      durationMs: undoMs,
      undo: async () => {
        // Elsewhere, or in the middle of another one, it is offered as one that was left.
        if (isHere() && !recording.active) await recording.restore(discarded.take);
        await discarded.undo();
      },
      end: () => discarded.forget()
    });
  });
}
