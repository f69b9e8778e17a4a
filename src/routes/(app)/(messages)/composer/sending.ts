import type { App } from '$lib/app';
import type { SubmitAudioOptions, Submitted } from '$lib/pipeline';
import * as m from '$lib/paraglide/messages.js';
import { announce, toasts } from '$lib/ui';
import type { Lang } from '$workers/contract';

/** What a person says of a file before it is sent. */
export interface HowSaid {
  senderId: string;
  /** Absent: recognised. */
  language?: Lang;
  transcription?: { text: string; language?: Lang };
}

/** Makes a message of sound, and tells the person. Errors: as the pipeline's `submitAudio`. */
export async function sendAudio(app: App, blob: Blob, options: SubmitAudioOptions): Promise<Submitted> {
  const submitted = await (await app.pipeline()).submitAudio(blob, options);
  tellSent(app, submitted);
  return submitted;
}

export function tellSent(app: App, submitted: Submitted): void {
  announce(m.announce_sent());
  tellKept(app, submitted);
}

/** It is said where it was kept: what only memory holds goes with the tab. */
export function tellKept(app: App, { kept }: Submitted): void {
  if (kept === 'memory') toasts.show({ text: m.kept_in_memory(), tone: 'attention' });
  else void app.storage.persist();
}
