import { fetchJson } from '../../../runtime';
import { constructTokenizer } from '../../../tokenizer';

/** Whisper's tokenizer: text of tokens, and the ids of its special ones. */
export interface WhisperTokenizer {
  /** Text tokens only; special and timestamp tokens are left out. An unfinished character is U+FFFD. */
  decode(tokens: readonly number[]): string;
  /** Tokens of a text; what looks like a special token in it is text like any other, or left out. */
  encode(text: string): number[];
  /** Not so are the end, languages, tasks, timestamps. */
  isText(token: number): boolean;
  /** Seconds of a timestamp token, or undefined for any other token. */
  seconds(token: number): number | undefined;
  /** The first of the timestamp tokens, `<|0.00|>`; undefined when the model has none. */
  readonly firstTimestamp: number | undefined;
  /** `<|nospeech|>`, in older vocabularies `<|nocaptions|>`. */
  readonly noSpeechToken: number | undefined;
  /** `<|startofprev|>`: what follows, up to `<|startoftranscript|>`, was said before. */
  readonly previousToken: number | undefined;
  /** Ids run from 0 to below this. */
  readonly size: number;
  /** Languages, tasks, the end and so on. */
  readonly controlTokens: readonly number[];
  /** These and the timestamps. */
  readonly nonTextTokens: readonly number[];
}

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadTokenizer(folder: string): Promise<WhisperTokenizer> {
  const [tokenizer, config] = await Promise.all([
    fetchJson(`${folder}tokenizer.json`),
    fetchJson(`${folder}tokenizer_config.json`)
  ]);
  return readTokenizer(tokenizer, config);
}

export function readTokenizer(tokenizerFile: unknown, configFile: unknown): WhisperTokenizer {
  const tokenizer = constructTokenizer(tokenizerFile, configFile);
  const timestamps = new Map<number, number>();
  const special = new Set<number>();
  for (const id of tokenizer.get_added_tokens_decoder().keys()) {
    special.add(id);
    const match = /^<\|(\d+\.\d\d)\|>$/.exec(tokenizer.id_to_token(id) ?? '');
    if (match) timestamps.set(id, Number(match[1]));
  }
  return {
    decode: (tokens) => {
      const text = tokens.filter((token) => !special.has(token));
      return text.length === 0
        ? ''
        : tokenizer.decode(text, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
    encode: (text) =>
      tokenizer.encode(text, { add_special_tokens: false }).ids.filter((token) => !special.has(token)),
    isText: (token) => !special.has(token),
    seconds: (token) => timestamps.get(token),
    firstTimestamp: tokenizer.token_to_id('<|0.00|>'),
    noSpeechToken: tokenizer.token_to_id('<|nospeech|>') ?? tokenizer.token_to_id('<|nocaptions|>'),
    previousToken: tokenizer.token_to_id('<|startofprev|>'),
    size: Math.max(...tokenizer.get_vocab(true).values()) + 1,
    controlTokens: [...special].filter((id) => !timestamps.has(id)),
    nonTextTokens: [...special]
  };
}
