import type { App } from '$lib/app';
import type { Voice } from '$lib/voice';
import { offerUndo } from '../../(messages)/composer/offerUndo.svelte';

/** Takes a sample away, says so, and offers the way back for a while. Errors: `storage/…`. */
export async function removeSample(app: App, voice: Voice, id: string, text: string): Promise<void> {
  const { undo, forget } = await voice.samples.remove(id);
  const { undoMs } = await app.storage.settings.get();
  offerUndo({ text, durationMs: undoMs, undo, end: forget });
}
