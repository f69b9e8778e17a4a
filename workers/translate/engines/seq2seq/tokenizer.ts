import { LANGUAGES, TimbreError, type Lang } from '../../../contract';
import { fetchJson, fetchOptionalJson } from '../../../runtime';
import { constructTokenizer } from '../../../tokenizer';
import type { Seq2SeqConfig } from './config';
import { languageNamed, namesOf } from './languageCodes';

/** Text to tokens and back, with what the layout puts around them. */
export interface TranslationTokenizer {
  /** A many-to-many model's languages, from its language tokens; undefined for a pair model. */
  readonly languages: readonly Lang[] | undefined;
  /** Markers and end included. */
  encode(text: string, from: Lang, to: Lang): number[];
  /** Whether `encode` writes the target into the source, so that targets can't share an encoder pass. */
  readonly targetInSource: boolean;
  /** The first token that a translation must have; undefined where none is forced. */
  forcedToken(to: Lang): number | undefined;
  decode(tokens: readonly number[]): string;
  /** Tokens that are no text: markers, padding, the unknown. The end is among them. */
  readonly controlTokens: readonly number[];
}

const LANGUAGE_AND_SCRIPT = /^[a-z]{3}_[A-Z][a-z]{3}$/;

/** @param folder the model's absolute URL, ending in `/`. */
export async function loadTokenizer(folder: string, config: Seq2SeqConfig): Promise<TranslationTokenizer> {
  const [file, settings] = await Promise.all([
    fetchJson(`${folder}tokenizer.json`),
    fetchOptionalJson(`${folder}tokenizer_config.json`)
  ]);
  return readTokenizer(file, settings ?? {}, config);
}

export function readTokenizer(file: unknown, settings: unknown, config: Seq2SeqConfig): TranslationTokenizer {
  const tokenizer = constructTokenizer(file, settings);
  const vocabulary = tokenizer.get_vocab(true);
  const text = (tokens: readonly number[]) =>
    tokens.length === 0
      ? ''
      : tokenizer
          .decode([...tokens], { skip_special_tokens: true, clean_up_tokenization_spaces: false })
          .trim();
  // The layout's own marks are added here and not by the file's post-processor, which knows one source language.
  const plain = (sentence: string) => tokenizer.encode(sentence, { add_special_tokens: false }).ids;
  const special = [...tokenizer.get_added_tokens_decoder()].flatMap(([id, added]) =>
    added.special ? [id] : []
  );
  const unknown = vocabulary.get('<unk>');
  const control = new Set([
    ...special,
    config.endToken,
    config.padToken,
    ...(unknown === undefined ? [] : [unknown])
  ]);

  if (config.layout === 'm2m100') {
    // NLLB has the same graphs and other names: `fra_Latn`; sorted, simplified Chinese comes first.
    const scripts = [...vocabulary.keys()].filter((token) => LANGUAGE_AND_SCRIPT.test(token)).sort();
    const marks = languageMarks(vocabulary, (language) => [
      `__${language}__`,
      ...scripts.filter((token) => languageNamed(token) === language)
    ]);
    for (const [token, id] of vocabulary) {
      if (/^__[a-z]{2,3}__$/.test(token) || LANGUAGE_AND_SCRIPT.test(token)) control.add(id);
    }
    return {
      languages: [...marks.keys()],
      targetInSource: false,
      encode: (sentence, from) => [known(marks, from), ...plain(sentence), config.endToken],
      forcedToken: (to) => known(marks, to),
      decode: text,
      controlTokens: [...control]
    };
  }
  const marks = languageMarks(vocabulary, (language) => namesOf(language).map((name) => `>>${name}<<`));
  for (const [token, id] of vocabulary) if (/^>>.+<<$/.test(token)) control.add(id);
  return {
    languages: undefined,
    targetInSource: marks.size > 0,
    encode: (sentence, _from, to) => {
      const mark = marks.get(to);
      return [...(mark === undefined ? [] : [mark]), ...plain(sentence), config.endToken];
    },
    forcedToken: () => undefined,
    decode: text,
    controlTokens: [...control]
  };
}

function languageMarks(
  vocabulary: ReadonlyMap<string, number>,
  namesFor: (language: Lang) => string[]
): Map<Lang, number> {
  const marks = new Map<Lang, number>();
  for (const language of LANGUAGES) {
    const id = namesFor(language)
      .map((name) => vocabulary.get(name))
      .find((found) => found !== undefined);
    if (id !== undefined) marks.set(language, id);
  }
  return marks;
}

function known(marks: ReadonlyMap<Lang, number>, language: Lang): number {
  const id = marks.get(language);
  if (id === undefined)
    throw new TimbreError('translate/no-path', `the translation model has no language ${language}`);
  return id;
}
