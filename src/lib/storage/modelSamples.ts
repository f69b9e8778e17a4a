import type { VoiceModel } from './records';

const OF_A_MESSAGE = 'message:';

/** The id of a message's recording among those of a voice model. */
export function messageRecordingId(messageId: string): string {
  return OF_A_MESSAGE + messageId;
}

export function isMessageRecording(id: string): boolean {
  return id.startsWith(OF_A_MESSAGE);
}

/** The samples that count in a voice model and are none of those that are there. Messages' recordings are not asked for. */
export function removedSamples(
  { samples }: Pick<VoiceModel, 'samples'>,
  there: ReadonlySet<string>
): string[] {
  return samples.flatMap(({ sampleId, setAside }) =>
    setAside === null && !isMessageRecording(sampleId) && !there.has(sampleId) ? [sampleId] : []
  );
}
