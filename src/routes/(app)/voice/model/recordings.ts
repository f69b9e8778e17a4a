/** The recordings that a voice model was made of, as far as they are known still. */
import * as m from '$lib/paraglide/messages.js';
import { isMessageRecording, messageRecordingId } from '$lib/storage';
import type { VoiceSample } from '$lib/voice';
import { titleOf } from '../samples/words';

/** A message that a voice model may have been made of. */
export interface SentMessage {
  messageId: string;
  text: string;
  durationMs: number;
}

/** What is known of a recording in a voice model. */
export interface KnownRecording {
  title: string;
  durationMs: number;
}

/** Recordings by their ids in a voice model: samples by their own, sent messages by `message:` and theirs. */
export function knownRecordings(
  samples: readonly VoiceSample[],
  messages: readonly SentMessage[]
): Map<string, KnownRecording> {
  const known = new Map<string, KnownRecording>();
  for (const { messageId, text, durationMs } of messages)
    known.set(messageRecordingId(messageId), { title: text || m.voice_model_from_message(), durationMs });
  for (const sample of samples) {
    const { id, messageId, durationMs } = sample;
    const title = titleOf(sample);
    known.set(id, { title, durationMs });
    // Taken over as a sample since.
    if (messageId !== null) known.set(messageRecordingId(messageId), { title, durationMs });
  }
  return known;
}

export function goneText(sampleId: string): string {
  return isMessageRecording(sampleId) ? m.voice_model_from_message() : m.voice_model_recording_gone();
}
