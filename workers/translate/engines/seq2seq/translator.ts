import { TimbreError, type Lang, type WorkerConfig } from '../../../contract';
import { batchesOf, rowLimit, type Batch, type Pair } from './batches';
import { loadConfig } from './config';
import { decode, type DecodeOptions, type Hypothesis } from './decode';
import { hasWords, holdsLoop, isTooShort, lengthLimit } from '../../guards';
import { loadModel, type Seq2SeqModel } from './model';
import { piecesOf } from './pieces';
import { loadTokenizer, type TranslationTokenizer } from './tokenizer';

/** What is tried when a translation is doubtful: it looped, hit the limit, or lacks words. */
interface Attempt {
  beams: number;
  noRepeat: number;
  generous: boolean;
}
const ATTEMPTS: readonly Attempt[] = [
  { beams: 1, noRepeat: 0, generous: false },
  { beams: 2, noRepeat: 3, generous: true },
  { beams: 4, noRepeat: 3, generous: true }
];

/** Of the model's places, how many a source may take: its translation may be longer. */
const SOURCE_SHARE = 0.6;
/** These put no space between sentences and their parts. */
const UNSPACED: readonly Lang[] = ['zh', 'ja'];

/** A translation model: sentences of one language into several at once. */
export class Seq2SeqTranslator {
  constructor(
    private readonly model: Seq2SeqModel,
    private readonly tokenizer: TranslationTokenizer
  ) {}

  /**
   * One output for each sentence and language; '' for one that could not be said to its end even when
   * tried again. Sentences without a word come back as they are.
   * @param onSentence a sentence is done in a language.
   */
  async translate(
    sentences: readonly string[],
    from: Lang,
    to: readonly Lang[],
    onSentence?: (to: Lang) => void
  ): Promise<Map<Lang, string[]>> {
    const target = to[0];
    if (target === undefined) return new Map();
    const longest = Math.floor(this.model.config.maxTokens * SOURCE_SHARE);
    const fits = (text: string) => this.tokenizer.encode(text, from, target).length <= longest;
    const pieces: { text: string; sentence: number }[] = [];
    sentences.forEach((sentence, index) => {
      if (!hasWords(sentence)) return to.forEach((language) => onSentence?.(language));
      for (const text of piecesOf(sentence.trim(), fits)) pieces.push({ text, sentence: index });
    });

    const waiting = new Map<string, number>();
    for (const { sentence } of pieces) {
      for (const language of to) count(waiting, `${sentence} ${language}`, 1);
    }
    const said = await this.sayAll(
      pieces.map(({ text }) => text),
      from,
      to,
      ({ piece, to: language }) => {
        if (count(waiting, `${pieces[piece]?.sentence} ${language}`, -1) === 0) onSentence?.(language);
      }
    );

    return new Map(
      to.map((language) => {
        const own = said.get(language) ?? [];
        const joiner = UNSPACED.includes(language) ? '' : ' ';
        return [
          language,
          sentences.map((sentence, index) => {
            if (!hasWords(sentence)) return sentence;
            const parts = own.filter((_, piece) => pieces[piece]?.sentence === index);
            return parts.some((part) => part === '') ? '' : parts.join(joiner);
          })
        ];
      })
    );
  }

  /** Every piece in every language, doubtful ones again. */
  private async sayAll(
    texts: readonly string[],
    from: Lang,
    to: readonly Lang[],
    onPair: (pair: Pair) => void
  ): Promise<Map<Lang, string[]>> {
    const said = new Map(to.map((language) => [language, texts.map(() => '')]));
    const sourceOf = ({ piece, to: language }: Pair) =>
      this.tokenizer.targetInSource ? `${piece} ${language}` : `${piece}`;
    const encode = ({ piece, to: language }: Pair) =>
      this.tokenizer.encode(texts[piece] ?? '', from, language);

    let pending: Pair[] = texts.flatMap((_, piece) => to.map((language) => ({ piece, to: language })));
    for (const attempt of ATTEMPTS) {
      const doubtful: Pair[] = [];
      const limit = Math.max(1, Math.floor(rowLimit(this.model.config) / attempt.beams));
      for (const batch of batchesOf(pending, limit, encode, sourceOf)) {
        const hypotheses = await this.decodeBatch(
          batch,
          limit,
          attempt,
          attempt === ATTEMPTS[0] ? onPair : undefined
        );
        hypotheses.forEach((hypothesis, i) => {
          const entry = batch.pairs[i];
          if (!entry) return;
          const { piece, to: language } = entry.pair;
          const sourceTokens = batch.sources[entry.source]?.length ?? 0;
          const text = hypothesis.end === 'said' ? this.tokenizer.decode(hypothesis.tokens) : '';
          const outputs = said.get(language);
          // Of two that were said to their end, the longer one lacks less.
          if (outputs && hasWords(text) && text.length > (outputs[piece] ?? '').length) outputs[piece] = text;
          if (!hasWords(text) || isTooShort(sourceTokens, hypothesis.tokens.length))
            doubtful.push(entry.pair);
        });
      }
      pending = doubtful;
    }
    return said;
  }

  /** One pass of the encoder; the pairs as rows of one decoder batch, or of a few where memory asks for it. */
  private async decodeBatch(
    batch: Batch,
    limit: number,
    attempt: Attempt,
    onPair: ((pair: Pair) => void) | undefined
  ): Promise<Hypothesis[]> {
    const { config } = this.model;
    const encoded = await this.model.encode(batch.sources);
    const hypotheses: Hypothesis[] = [];
    for (let begin = 0; begin < batch.pairs.length; begin += limit) {
      const part = batch.pairs.slice(begin, begin + limit);
      const tasks = part.map(({ pair, source }) => {
        const tokens = batch.sources[source] ?? [];
        return {
          source,
          forced: this.tokenizer.forcedToken(pair.to),
          // The start, the forced token and the end take places, too.
          maxTokens: Math.min(lengthLimit(tokens.length, attempt.generous), config.maxTokens - 3),
          mayLoop: holdsLoop(tokens)
        };
      });
      const options: DecodeOptions = {
        beams: attempt.beams,
        // A source that repeats itself must be allowed to.
        noRepeat: tasks.some(({ mayLoop }) => mayLoop) ? 0 : attempt.noRepeat,
        forbidden: [...config.forbidden, ...this.tokenizer.controlTokens],
        onDone: (task) => {
          const pair = part[task]?.pair;
          if (pair) onPair?.(pair);
        }
      };
      hypotheses.push(...(await decode(this.model, encoded, tasks, options)));
    }
    return hypotheses;
  }

  async release(): Promise<void> {
    await this.model.release();
  }
}

function count(counts: Map<string, number>, key: string, change: number): number {
  const value = (counts.get(key) ?? 0) + change;
  counts.set(key, value);
  return value;
}

/**
 * @param folder the model's absolute URL, ending in `/`.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export async function loadTranslator(
  folder: string,
  worker: WorkerConfig,
  onFraction?: (fraction: number) => void
): Promise<Seq2SeqTranslator> {
  const config = await loadConfig(folder);
  if (config.maxTokens < 16)
    throw new TimbreError('model/load-failed', `${folder} has too few places for a sentence`);
  const tokenizer = await loadTokenizer(folder, config);
  return new Seq2SeqTranslator(await loadModel(folder, config, worker, onFraction), tokenizer);
}
