import { Tokenizer } from '@huggingface/tokenizers';
import { TimbreError } from '../../../contract';
import { fetchJson, fetchOptionalJson } from '../../../runtime';

/** SentencePiece's pieces of a text, as numbers, with nothing before or behind them. */
export type Tokens = (text: string) => number[];

/** @param folder the model's absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadTokens(folder: string): Promise<Tokens> {
  const [file, settings] = await Promise.all([
    fetchJson(`${folder}tokenizer.json`),
    fetchOptionalJson(`${folder}tokenizer_config.json`)
  ]);
  const tokenizer = construct(file, settings ?? {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}

function construct(file: unknown, settings: unknown): Tokenizer {
  if (typeof file !== 'object' || file === null || typeof settings !== 'object' || settings === null)
    throw new TimbreError('model/load-failed', 'the tokenizer files are not objects');
  try {
    return new Tokenizer(file, settings);
  } catch (cause) {
    throw new TimbreError('model/load-failed', 'the tokenizer could not be read', { cause });
  }
}
