import type { Lang } from '../../../contract';

/** eSpeak's voice for each language, as its file below `lang/`. Their short names fail silently for some. */
const VOICES: Record<Lang, string> = {
  fr: 'roa/fr',
  en: 'gmw/en-US',
  es: 'roa/es',
  de: 'gmw/de',
  pt: 'roa/pt',
  it: 'roa/it',
  pl: 'zlw/pl',
  tr: 'trk/tr',
  ru: 'zle/ru',
  nl: 'gmw/nl',
  cs: 'zlw/cs',
  ar: 'sem/ar',
  zh: 'sit/cmn',
  ja: 'jpx/ja',
  hu: 'urj/hu',
  ko: 'ko'
};

export interface EspeakVoice {
  identifier: string;
  /** For people: the identifier's last part. */
  name: string;
}

export function voiceOf(language: Lang): EspeakVoice {
  const identifier = VOICES[language];
  return { identifier, name: (identifier.split('/').at(-1) ?? identifier).toLowerCase() };
}
