import { TimbreError, type Lang } from '../../../contract';
import { fetchBytes } from '../../../runtime';
import { checkModel, checkShortlist, checkVocabulary } from './check';

/** A model as Firefox Translations publishes it. */
export interface ModelFiles {
  /** Marian's binary format, 8-bit. */
  model: Uint8Array;
  /** For each word of the source the likely ones of the target: the others are not computed. */
  shortlist: Uint8Array;
  /** SentencePiece: one for both languages, or one for each. */
  vocabularies: Uint8Array[];
}

/** Share of the bytes that the model is; the rest is quickly read. */
const MODEL_SHARE = 0.85;

/**
 * The files of one direction, by the names that Mozilla gives them: `model.enfr.intgemm.alphas.bin` and so on.
 * @param folder absolute URL, ending in `/`. @param onFraction 0…1.
 * @throws TimbreError 'model/missing', 'model/damaged', 'model/load-failed', 'network/offline', 'storage/failed'.
 */
export async function fetchModelFiles(
  folder: string,
  from: Lang,
  to: Lang,
  onFraction?: (fraction: number) => void
): Promise<ModelFiles> {
  const pair = `${from}${to}`;
  const modelUrl = `${folder}model.${pair}.intgemm.alphas.bin`;
  const shortlistUrl = `${folder}lex.50.50.${pair}.s2t.bin`;
  const model = await fetchBytes(modelUrl, (loaded, total) => {
    if (total > 0) onFraction?.((MODEL_SHARE * loaded) / total);
  });
  checkModel(model, modelUrl);
  const shortlist = await fetchBytes(shortlistUrl);
  checkShortlist(shortlist, shortlistUrl);
  const vocabularies = await fetchVocabularies(folder, pair);
  onFraction?.(1);
  return { model, shortlist, vocabularies };
}

/** Models into languages with other scripts have a vocabulary for each side. */
async function fetchVocabularies(folder: string, pair: string): Promise<Uint8Array[]> {
  try {
    return [await fetchVocabulary(`${folder}vocab.${pair}.spm`)];
  } catch (error) {
    if (!(error instanceof TimbreError) || error.code !== 'model/missing') throw error;
  }
  return [
    await fetchVocabulary(`${folder}srcvocab.${pair}.spm`),
    await fetchVocabulary(`${folder}trgvocab.${pair}.spm`)
  ];
}

async function fetchVocabulary(url: string): Promise<Uint8Array> {
  const bytes = await fetchBytes(url);
  checkVocabulary(bytes, url);
  return bytes;
}
