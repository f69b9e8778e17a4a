/**
 * Guards against what Whisper says where nobody spoke or when it loses its way: loops, text that
 * repeats itself, and the stock phrases of its training subtitles.
 */

import { zlibSync } from 'fflate';

/** Repeats of a pattern of so many tokens that no speaker makes. Short patterns need more: "ha ha ha" is speech. */
function loopRepeats(period: number): number {
  if (period === 1) return 8;
  if (period === 2) return 6;
  if (period === 3) return 5;
  return period < 8 ? 4 : 3;
}

const LONGEST_PERIOD = 24;

/**
 * If the tokens end in a loop, how many to keep (its first round stays); undefined if they don't.
 */
export function loopStart(tokens: readonly number[]): number | undefined {
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    const needed = loopRepeats(period);
    if (tokens.length < period * needed) continue;
    let same = 0;
    while (
      same < tokens.length - period &&
      tokens[tokens.length - 1 - same] === tokens[tokens.length - 1 - same - period]
    )
      same++;
    const repeats = Math.floor(same / period) + 1;
    if (repeats >= needed) return tokens.length - (repeats - 1) * period;
  }
  return undefined;
}

/** Length of the UTF-8 text over its length when deflated (zlib), as in Whisper's reference code: above 2.4 the text repeats itself. */
export function compressionRatio(text: string): number {
  const bytes = new TextEncoder().encode(text);
  return bytes.length === 0 ? 0 : bytes.length / zlibSync(bytes).length;
}

/** What speaks for and against a piece of text that could be invented. */
export interface Evidence {
  /** 0…1, from token probabilities. */
  confidence: number;
  /** 0…1, mean of the voice-activity probability over the piece's time. */
  speech: number;
}

/** Subtitle credits: nobody says these in a message, so it takes strong evidence to keep them. */
const CREDITS = [
  /amara\.?org/,
  /^(subtitles?|captions?|transcri(bed|ption)) (by|from)\b/,
  /^sous ?titr(es|age)\b.*\b(par|st 501|realise|radio canada|societe)\b/,
  /^untertitel(ung)?\b.*\b(von|der|des|im auftrag|zdf|ard|funk)\b/,
  /^subtitulos?\b.*\b(por|realizados|de la comunidad)\b/,
  /^legendas?\b.*\b(por|pela comunidade)\b/,
  /^sottotitoli\b.*\b(di|a cura|creati|e revisione)\b/,
  /^(ondertitel(s|ing|d)|ondertiteling)\b.*\bdoor\b/,
  /^napisy\b.*\b(stworzone|przez)\b/,
  /^altyazi\b/,
  /^(субтитры|редактор субтитров|продолжение следует)/,
  /^(titulky vytvoril|titulky)\b/,
  /^(feliratok?|magyar felirat)\b/,
  /^ترجمة\b/,
  /^(字幕|中文字幕|请不吝点赞)/,
  /^(한국어 )?자막/
];

/** Farewells of videos: people may say them, so it takes weak evidence to drop them. */
const FAREWELLS = [
  /^thank(s| you)( so much| very much)? for (watching|listening|viewing)\b/,
  /^(please )?(like and )?subscribe\b/,
  /^(see you|i'?ll see you) (in the )?next (time|video)\b/,
  /^merci d'?( ?avoir regarde| ?avoir ecoute)/,
  /^abonnez vous/,
  /^(vielen dank|danke) furs? (zuschauen|zusehen|zuhoren)/,
  /^gracias por (ver|mirar|escuchar)/,
  /^(suscribete|hasta la proxima)$/,
  /^obrigad[oa] por (assistir|ver)/,
  /^grazie per (la visione|aver guardato|l'attenzione)/,
  /^bedankt voor het kijken/,
  /^dziekuje za (uwage|obejrzenie|ogladanie)/,
  /^izlediginiz icin/,
  /^(спасибо за (просмотр|внимание)|до новых встреч)/,
  /^dekuji za (pozornost|sledovani)/,
  /^koszonom,? hogy megneztetek|^koszonom a figyelmet/,
  /^شكرا (على|لل)?\s?(المشاهدة|مشاهدة)/,
  /^(谢谢观看|谢谢大家|感谢观看)/,
  /^(ご視聴|ご清聴|チャンネル登録)/,
  /^(시청해 ?주셔서|구독과 좋아요)/
];

const STRONG: Evidence = { confidence: 0.8, speech: 0.6 };
const WEAK: Evidence = { confidence: 0.5, speech: 0.5 };

/** Whether a sentence is one of the stock phrases and too little speaks for its having been said. */
export function isStockPhrase(sentence: string, evidence: Evidence): boolean {
  const text = simplified(sentence);
  const says = (patterns: RegExp[]) => patterns.some((pattern) => pattern.test(text));
  const below = (limit: Evidence) => evidence.confidence < limit.confidence || evidence.speech < limit.speech;
  return (says(CREDITS) && below(STRONG)) || (says(FAREWELLS) && below(WEAK));
}

/** Lower case, without Latin accents and punctuation, single spaces. */
export function simplified(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/ı/g, 'i')
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}'.]+/gu, ' ')
    .replace(/\.(?!\p{L})/gu, '')
    .trim();
}

/** Text without a letter or a digit ("…", "♪♪"): the blank guard. */
export function isBlank(text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text);
}
