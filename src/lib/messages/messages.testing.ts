import type { AudioMessage } from '$lib/storage';
import type { Lang } from '$workers/contract';
import { ME } from './index';

/** A message that was typed, and is done. */
export function typedMessage(
  id: string,
  text: string,
  at: number,
  change: Partial<AudioMessage> = {},
  language: Lang = 'en'
): AudioMessage {
  return {
    id,
    conversationId: null,
    senderId: ME,
    source: 'typed',
    status: 'ready',
    original: null,
    supplied: null,
    languageOverride: null,
    transcription: {
      text,
      language,
      languageGuesses: [],
      confidence: 1,
      source: 'typed',
      segments: [],
      durationMs: 0,
      model: ''
    },
    transcriptRevision: 1,
    transcriptEdited: false,
    revisions: [],
    targets: { by: 'policy' },
    voiceModelQuality: null,
    processingTimeMs: 0,
    error: null,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    words: [],
    ...change
  };
}
