import { TimbreError } from '../../../contract';
import { fetchJson } from '../../../runtime';
import { constructTokenizer } from '../../../tokenizer';
import { START_SPEECH } from './layout';

/** A prepared text's tokens, with the marks that the file puts around it: the last starts the speech. */
export type TextTokens = (prepared: string) => number[];

/** @param folder absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadTokenizer(folder: string): Promise<TextTokens> {
  const [file, settings] = await Promise.all([
    fetchJson(`${folder}tokenizer.json`),
    fetchJson(`${folder}tokenizer_config.json`)
  ]);
  const tokenizer = constructTokenizer(file, settings);
  return (prepared) => {
    const { ids } = tokenizer.encode(prepared);
    if (ids.at(-1) !== START_SPEECH)
      throw new TimbreError('model/load-failed', `${folder} has a tokenizer that does not start speech`);
    return ids;
  };
}
