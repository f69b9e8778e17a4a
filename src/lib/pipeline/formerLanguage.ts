import type { AudioMessage } from '$lib/storage';
import type { Lang } from '$workers/contract';

/**
 * The language that a person had given when the message was last heard; null: it was recognised by itself.
 * The recogniser guesses only where none is given.
 */
export function formerLanguage({ transcription }: AudioMessage): Lang | null {
  return transcription?.text && transcription.languageGuesses.length === 0 ? transcription.language : null;
}
