import type { AudioMessage, Transcript, TranscriptRevision, Unit } from '$lib/storage';
import { splitSentences } from './sentences';
import { upToDate } from './units';

export interface Revision {
  by: TranscriptRevision['by'];
  at: number;
  /** What becomes stale is asked for again. */
  rerun: boolean;
}

/**
 * Puts a new transcript in the place of the old one, which is kept among the revisions, and tells the
 * versions: one whose sentences are all as they were is up to date; the others are stale, their sound
 * still plays.
 * @returns whether any version is to run again.
 */
export async function reviseTranscript(
  unit: Unit,
  message: AudioMessage,
  transcription: Transcript,
  { by, at, rerun }: Revision
): Promise<boolean> {
  const revision = message.transcriptRevision + 1;
  const { text, language } = transcription;
  await unit.put('messages', {
    ...message,
    transcription,
    transcriptRevision: revision,
    transcriptEdited: by === 'edited',
    revisions: [...message.revisions, { revision, text, language, by, at }],
    updatedAt: at
  });

  const sentences = splitSentences(text, language);
  let again = false;
  for (const version of await unit.where('versions', 'messageId', message.id)) {
    if (version.sourceLanguage === language && upToDate(sentences, version.units)) {
      await unit.put('versions', { ...version, revision });
    } else if (version.status === 'ready' || version.status === 'stale') {
      again ||= rerun;
      await unit.put('versions', { ...version, status: rerun ? 'pending' : 'stale', updatedAt: at });
    }
  }
  return again;
}
