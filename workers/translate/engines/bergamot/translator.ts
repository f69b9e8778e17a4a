import { TimbreError, type Lang, type WorkerConfig } from '../../../contract';
import { hasWords, isPlausible } from '../../guards';
import { fetchModelFiles } from './files';
import { compileBergamot, startBergamot, type BergamotProgram } from './program';

/** Sentences said at once: enough to fill a batch of the program's, few enough that progress is seen. */
const BATCH = 8;
/** Of loading: the program itself is small, and mostly here already. */
const PROGRAM_SHARE = 0.15;

/** One direction of Firefox Translations, in Bergamot. */
export class BergamotTranslator {
  constructor(
    private readonly program: BergamotProgram,
    private readonly direction: { from: Lang; to: Lang }
  ) {}

  /**
   * One output for each sentence; '' for one that was not said, or not believably. Sentences without a word come
   * back as they are.
   * @param onSentence a sentence is done in a language.
   * @throws TimbreError 'translate/no-path' for another direction than its own, 'model/run-failed'.
   */
  async translate(
    sentences: readonly string[],
    from: Lang,
    to: readonly Lang[],
    onSentence?: (to: Lang) => void
  ): Promise<Map<Lang, string[]>> {
    const { direction } = this;
    const other = to.find((language) => language !== direction.to);
    if (other !== undefined || from !== direction.from)
      throw new TimbreError(
        'translate/no-path',
        `it translates ${direction.from} into ${direction.to} alone`
      );
    if (to.length === 0) return new Map();

    const outputs = [...sentences];
    const spoken = sentences.flatMap((sentence, index) => (hasWords(sentence) ? index : []));
    for (let at = spoken.length; at < sentences.length; at++) onSentence?.(direction.to);
    for (let begin = 0; begin < spoken.length; begin += BATCH) {
      const indices = spoken.slice(begin, begin + BATCH);
      const texts = indices.map((index) => (sentences[index] ?? '').trim());
      const said = this.program.translate(texts);
      indices.forEach((index, i) => {
        const [text = '', translation = ''] = [texts[i], said[i]?.trim()];
        outputs[index] = isPlausible(text, translation) ? translation : '';
        onSentence?.(direction.to);
      });
    }
    return new Map([[direction.to, outputs]]);
  }

  /** Its memory goes with the object: the program was started for this model alone. */
  async release(): Promise<void> {}
}

/**
 * @param folder the model's absolute URL, ending in `/`.
 * @throws TimbreError 'model/missing', 'model/damaged', 'model/load-failed', 'network/offline', 'storage/failed'.
 */
export async function loadBergamot(
  folder: string,
  direction: { from: Lang; to: Lang },
  { runtimeBase }: Pick<WorkerConfig, 'runtimeBase'>,
  onFraction?: (fraction: number) => void
): Promise<BergamotTranslator> {
  const wasm = await compileBergamot(runtimeBase, (loaded, total) => {
    if (total > 0) onFraction?.((PROGRAM_SHARE * loaded) / total);
  });
  const files = await fetchModelFiles(folder, direction.from, direction.to, (fraction) =>
    onFraction?.(PROGRAM_SHARE + (1 - PROGRAM_SHARE) * fraction)
  );
  return new BergamotTranslator(await startBergamot(wasm, files, folder), direction);
}
