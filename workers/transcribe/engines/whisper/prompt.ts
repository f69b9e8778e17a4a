/**
 * What the decoder is told before it begins: words to expect, and what was said before this window.
 * Radford et al. 2022, section 2.3; layout and limits as in Whisper's reference code (`decoding.py`).
 */
import type { WhisperConfig } from './config';
import { simplified } from './guards';
import type { WhisperTokenizer } from './tokenizer';

export interface PromptContext {
  /** Names and words that a person expects, the most important first. */
  glossary: readonly string[];
  /** What was said before this window; '' where nothing was, or where it can't be trusted. */
  previous: string;
  language: string;
}

/** Most tokens before `<|startoftranscript|>`, `<|startofprev|>` not counted. */
export function promptLimit({ maxTokens }: Pick<WhisperConfig, 'maxTokens'>): number {
  return Math.floor(maxTokens / 2) - 1;
}

/**
 * `<|startofprev|>`, the glossary as a sentence, the end of the text before. Whole glossary entries, as
 * many as fit: all places where nothing else needs them, otherwise at least half of them. Empty for a model
 * that knows no prompts, and when there is nothing to tell.
 */
export function promptTokens(
  { glossary, previous, language }: PromptContext,
  tokenizer: WhisperTokenizer,
  config: Pick<WhisperConfig, 'maxTokens' | 'takesPrompts'>
): number[] {
  if (tokenizer.previousToken === undefined || !config.takesPrompts) return [];
  const limit = promptLimit(config);
  const before = previous.trim() === '' ? [] : tokenizer.encode(` ${previous.trim()}`);
  const room = Math.max(Math.floor(limit / 2), limit - before.length);
  const words = glossaryTokens(entriesOf(glossary), language, room, tokenizer);
  const rest = limit - words.length;
  const kept = rest > 0 ? before.slice(-rest) : [];
  return words.length + kept.length === 0 ? [] : [tokenizer.previousToken, ...words, ...kept];
}

/** " Ana, Bo, Chloé." */
function glossaryTokens(
  entries: readonly string[],
  language: string,
  room: number,
  tokenizer: WhisperTokenizer
): number[] {
  const [comma, stop] = language === 'zh' || language === 'ja' ? ['、', '。'] : [', ', '.'];
  let taken: number[] = [];
  for (let count = 1; count <= entries.length; count++) {
    const tokens = tokenizer.encode(` ${entries.slice(0, count).join(comma)}${stop}`);
    if (tokens.length > room) break;
    taken = tokens;
  }
  return taken;
}

/** Without blanks and repeats. */
function entriesOf(glossary: readonly string[]): string[] {
  return [...new Set(glossary.map((entry) => entry.replace(/\s+/gu, ' ').trim()))].filter(
    (entry) => entry !== ''
  );
}

/** So many entries in a row, in the glossary's own order, are more likely read out by the model than said. */
const ECHOED_ENTRIES = 3;
/** A window that only says again what the window before ended with. Shorter ends do get repeated by people. */
const ECHOED_WORDS = 5;

/**
 * Whether a window's text is the prompt said again and not what was heard, which Whisper does where it
 * hears little.
 */
export function echoesPrompt(text: string, { glossary, previous }: PromptContext): boolean {
  const said = ` ${plain(text)} `;
  const entries = entriesOf(glossary).map(plain);
  for (let at = 0; at + ECHOED_ENTRIES <= entries.length; at++) {
    if (said.includes(` ${entries.slice(at, at + ECHOED_ENTRIES).join(' ')} `)) return true;
  }
  const words = said.trim().split(' ');
  return words.length >= ECHOED_WORDS && ` ${plain(previous)}`.endsWith(` ${words.join(' ')}`);
}

/** Letters and digits alone, in lower case, single spaces. */
function plain(text: string): string {
  return simplified(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
