import type { TranslatedAudioVersion } from '$lib/storage';
import type { Lang } from '$workers/contract';

export function versionId(messageId: string, language: Lang): string {
  return `${messageId}:${language}`;
}

export function newVersion(
  messageId: string,
  language: Lang,
  order: number,
  at: number
): TranslatedAudioVersion {
  return {
    id: versionId(messageId, language),
    messageId,
    language,
    order,
    status: 'pending',
    revision: 0,
    sourceLanguage: null,
    text: null,
    textRevision: 0,
    units: [],
    edited: false,
    keptEdits: [],
    via: [],
    translationModel: '',
    audio: null,
    error: null,
    createdAt: at,
    updatedAt: at,
    words: []
  };
}

/** Its sound says what its text says. */
export function isSpoken({ text, textRevision, audio, retake }: TranslatedAudioVersion): boolean {
  return text !== null && audio?.textRevision === textRevision && !retake;
}

/** Another take is asked for, and its speech is of the current text. */
export function isRetake({ retake, textRevision, audio }: TranslatedAudioVersion): boolean {
  return retake === true && audio?.textRevision === textRevision;
}
