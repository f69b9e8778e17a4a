import { fetchJson, fetchOptionalJson } from '../../../runtime';
import { constructTokenizer } from '../../../tokenizer';

/** SentencePiece's pieces of a text, as numbers, with nothing before or behind them. */
export type Tokens = (text: string) => number[];

/** @param folder the model's absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadTokens(folder: string): Promise<Tokens> {
  const [file, settings] = await Promise.all([
    fetchJson(`${folder}tokenizer.json`),
    fetchOptionalJson(`${folder}tokenizer_config.json`)
  ]);
  const tokenizer = constructTokenizer(file, settings ?? {});
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
}
