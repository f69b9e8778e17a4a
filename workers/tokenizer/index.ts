/** The tokenizers of the hub's models, as `tokenizer.json` and `tokenizer_config.json` describe them. */
import { Tokenizer } from '@huggingface/tokenizers';
import { TimbreError } from '../contract';

/** @param file @param settings the two files, parsed. @throws TimbreError 'model/load-failed'. */
export function constructTokenizer(file: unknown, settings: unknown): Tokenizer {
  if (!isObject(file) || !isObject(settings))
    throw new TimbreError('model/load-failed', 'the tokenizer files are not objects');
  try {
    return new Tokenizer(file, settings);
  } catch (cause) {
    throw new TimbreError('model/load-failed', 'the tokenizer could not be read', { cause });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
