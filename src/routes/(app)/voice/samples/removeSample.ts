import type { App } from '$lib/app';
import type { Voice, VoiceSample } from '$lib/voice';
import { offerUndo } from '../../(messages)/composer/offerUndo.svelte';

/** Whether a voice model that is in use has the sample's share. */
export async function hasShare(voice: Voice, { id, speakerProfileId }: VoiceSample): Promise<boolean> {
  const model = await voice.training.modelInUse(speakerProfileId);
  return model?.samples.some(({ sampleId, setAside }) => sampleId === id && setAside === null) ?? false;
}

/** Takes a sample away, says so, and offers the way back for a while. Errors: `storage/…`. */
export async function removeSample(app: App, voice: Voice, id: string, text: string): Promise<void> {
  const { undo, forget } = await voice.samples.remove(id);
  const { undoMs } = await app.storage.settings.get();
  offerUndo({ text, durationMs: undoMs, undo, end: forget });
}
