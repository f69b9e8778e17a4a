import { TimbreError, type Lang, type LanguageGuess, type WorkerConfig } from '../../../contract';
import { spreadEvenly, tokenSpans } from './alignment';
import { loadConfig } from './config';
import { decode, type Hypothesis } from './decode';
import { LogMelExtractor } from './features';
import { compressionRatio, isBlank } from './guards';
import { guessLanguages, languageToken, noSpeechProbability } from './language';
import { seededRandom } from './logits';
import { loadModel, type AttentionRow, type DecoderStep, type Encoded, type WhisperModel } from './model';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';
import { wordsOf } from './words';

/** A word in a window. */
export interface WindowWord {
  /** With the space that precedes it, where the language has one. */
  text: string;
  /** From the window's start. */
  startMs: number;
  endMs: number;
  /** 0…1: geometric mean of its tokens' probabilities. */
  confidence: number;
  /** Tokens it is made of; the weight of its confidence in a mean. */
  tokens: number;
}

export interface WindowText {
  words: WindowWord[];
  /** Mean ln probability of a token. */
  meanLogProb: number;
  /** Probability that nobody speaks. */
  noSpeech: number;
}

/** A window whose sound is encoded; made once, used for the language and for the text. */
export interface HeardWindow {
  encoded: Encoded;
  durationMs: number;
  /** Positions of the encoder that are sound and not padding. */
  positions: number;
  /** The step that gave `<|startoftranscript|>`, if it was made to find the language. */
  begun?: DecoderStep;
}

export interface RecogniseOptions {
  language: Lang;
  wordTimes: boolean;
  onPartial?: ((text: string) => void) | undefined;
  /** Rough share of the window's text that is said. */
  onFraction?: ((fraction: number) => void) | undefined;
}

/** When a window's text is doubted and said again with some chance in it. Numbers: Whisper's reference code, with fewer steps. */
export const LIMITS = {
  temperatures: [0, 0.2, 0.4, 0.6],
  /** Above: the text repeats itself. */
  compressionRatio: 2.4,
  /** Below: the model does not believe itself. */
  meanLogProb: -1,
  /** Above, with a mean below the limit: silence. */
  noSpeech: 0.6,
  /** Nobody speaks so fast; only a runaway decoder does. */
  tokensPerSecond: 30,
  tokensAtLeast: 16
};

/** Guess for a true fraction while a window is decoded: tokens of usual speech. */
const USUAL_TOKENS_PER_SECOND = 5;

/** Whisper for one window of speech at a time. */
export class WhisperRecogniser {
  private readonly features: LogMelExtractor;

  constructor(
    private readonly model: WhisperModel,
    private readonly tokenizer: WhisperTokenizer
  ) {
    this.features = new LogMelExtractor(model.config.features);
  }

  /** Longest window. */
  get windowSeconds(): number {
    return this.model.config.windowSeconds;
  }

  get sampleRateHz(): number {
    return this.model.config.features.sampleRateHz;
  }

  /** @throws TimbreError 'language/unsupported' before any work is done. */
  checkLanguage(language: Lang): void {
    languageToken(this.model.config, language);
  }

  /** @param samples at `sampleRateHz`, at most `windowSeconds` long. */
  async hear(samples: Float32Array): Promise<HeardWindow> {
    const { windowFrames, features, positionsPerSecond } = this.model.config;
    if (samples.length > windowFrames * features.hopLength) {
      throw new TimbreError(
        'input/invalid',
        `a window of ${samples.length} samples is longer than the model's`
      );
    }
    const needed = await this.model.framesNeeded();
    const mel = this.features.extract(
      samples,
      needed ?? Math.max(2, Math.floor(samples.length / features.hopLength))
    );
    const encoded = await this.model.encode(mel);
    const seconds = samples.length / features.sampleRateHz;
    const positions = Math.min(encoded.positions, Math.ceil(seconds * positionsPerSecond));
    return { encoded, positions, durationMs: seconds * 1000 };
  }

  /** Languages of a window by probability. Costs one decoder step, which `recognise` uses again. */
  async guessLanguages(window: HeardWindow): Promise<LanguageGuess[]> {
    if (this.model.config.languageTokens.size === 0) return [{ language: 'en', probability: 1 }]; // the only models of one language are English
    const { model } = this;
    window.begun = await model.step(
      model.begin(window.encoded),
      [model.config.startToken],
      model.hasAttention
    );
    return guessLanguages(window.begun.firstLogits, model.config.languageTokens);
  }

  async recognise(window: HeardWindow, options: RecogniseOptions): Promise<WindowText> {
    const attention = options.wordTimes && this.model.hasAttention;
    const timestamps = options.wordTimes && !attention && this.tokenizer.firstTimestamp !== undefined;
    const prompt = await this.prompt(window, options.language, timestamps, attention);
    const noSpeech = noSpeechProbability(prompt.startLogits, this.tokenizer.noSpeechToken);
    const hypothesis = await this.bestHypothesis(window, prompt, noSpeech, timestamps, attention, options);
    if (!hypothesis) return { words: [], meanLogProb: 0, noSpeech };
    return {
      words: this.timedWords(window, prompt, hypothesis, options),
      meanLogProb: hypothesis.meanLogProb,
      noSpeech
    };
  }

  /** `<|startoftranscript|>`, the language, the task, and whether timestamps are to be left out. */
  private async prompt(
    window: HeardWindow,
    language: Lang,
    timestamps: boolean,
    attention: boolean
  ): Promise<Prompt> {
    const { model } = this;
    const { config } = model;
    const languageId = languageToken(config, language);
    const rest = [
      languageId,
      languageId === undefined ? undefined : config.transcribeToken,
      timestamps ? undefined : config.noTimestampsToken
    ].filter((token) => token !== undefined);
    if (!window.begun) {
      const step = await model.step(model.begin(window.encoded), [config.startToken, ...rest], attention);
      return { step, startLogits: step.firstLogits, attention: step.attention };
    }
    let step = window.begun;
    const rows = [...step.attention];
    const parts = model.takesSeveralTokens ? [rest] : rest.map((token) => [token]);
    for (const tokens of parts) {
      step = await model.step(step.state, tokens, attention);
      rows.push(...step.attention);
    }
    return { step, startLogits: window.begun.firstLogits, attention: rows };
  }

  /**
   * Says the text at rising temperatures until it is believable; when none is, the one that the model
   * believes most. Undefined: silence.
   */
  private async bestHypothesis(
    window: HeardWindow,
    prompt: Prompt,
    noSpeech: number,
    timestamps: boolean,
    attention: boolean,
    options: RecogniseOptions
  ): Promise<Hypothesis | undefined> {
    const seconds = window.durationMs / 1000;
    const places = this.model.config.maxTokens - prompt.step.state.length;
    const maxTokens = Math.min(places, LIMITS.tokensAtLeast + Math.ceil(seconds * LIMITS.tokensPerSecond));
    const random = seededRandom(window.positions);
    const expected = Math.max(1, seconds * USUAL_TOKENS_PER_SECOND);
    let best: { hypothesis: Hypothesis; loops: boolean } | undefined;
    for (const temperature of LIMITS.temperatures) {
      const hypothesis = await decode(this.model, this.tokenizer, prompt.step, {
        temperature,
        random,
        timestamps,
        attention,
        maxTokens,
        onToken: (said) => {
          options.onPartial?.(this.tokenizer.decode(said).replace(/\uFFFD+$/u, ''));
          options.onFraction?.(said.length / (said.length + expected));
        }
      });
      const doubted = hypothesis.meanLogProb < LIMITS.meanLogProb;
      if (doubted && noSpeech > LIMITS.noSpeech) return undefined;
      const text = this.tokenizer.decode(hypothesis.tokens);
      const loops = hypothesis.looped || (await compressionRatio(text)) > LIMITS.compressionRatio;
      if (!loops && !doubted) return hypothesis;
      const better =
        !best ||
        (best.loops && !loops) ||
        (best.loops === loops && hypothesis.meanLogProb > best.hypothesis.meanLogProb);
      if (better) best = { hypothesis, loops };
    }
    return best?.hypothesis;
  }

  private timedWords(
    window: HeardWindow,
    prompt: Prompt,
    hypothesis: Hypothesis,
    options: RecogniseOptions
  ): WindowWord[] {
    const texts = hypothesis.tokens.flatMap((token, i) =>
      this.tokenizer.isText(token) ? [{ token, i }] : []
    );
    const spans = this.spans(window, prompt, hypothesis);
    const msPerPosition = 1000 / this.model.config.positionsPerSecond;
    const words = wordsOf(
      texts.map(({ token }) => token),
      this.tokenizer,
      options.language
    );
    return words.flatMap(({ text, from, to }) => {
      const members = texts.slice(from, to).map(({ i }) => i);
      const [first, last] = [spans[members[0] ?? 0], spans[members.at(-1) ?? 0]];
      if (isBlank(text) || !first || !last) return [];
      const mean = members.reduce((sum, i) => sum + (hypothesis.logProbs[i] ?? 0), 0) / members.length;
      return [
        {
          text,
          startMs: Math.min(window.durationMs, first.from * msPerPosition),
          endMs: Math.min(window.durationMs, last.to * msPerPosition),
          confidence: Math.exp(mean),
          tokens: members.length
        }
      ];
    });
  }

  /** Start and end, in encoder positions, of every token said. */
  private spans(window: HeardWindow, prompt: Prompt, hypothesis: Hypothesis): { from: number; to: number }[] {
    const rows: AttentionRow[] = [...prompt.attention, ...hypothesis.attention];
    const count = hypothesis.tokens.length;
    if (rows.length > 0) return tokenSpans(rows, prompt.attention.length, count, window.positions);
    return (
      this.spansFromTimestamps(hypothesis.tokens, window.positions) ?? spreadEvenly(count, window.positions)
    );
  }

  /** Tokens between two timestamps share the time between them. Undefined where there are none. */
  private spansFromTimestamps(
    tokens: readonly number[],
    positions: number
  ): { from: number; to: number }[] | undefined {
    const perSecond = this.model.config.positionsPerSecond;
    const marks = tokens.flatMap((token, i) => {
      const seconds = this.tokenizer.seconds(token);
      return seconds === undefined ? [] : [{ i, at: Math.min(positions, seconds * perSecond) }];
    });
    if (marks.length === 0) return undefined;
    const spans = tokens.map(() => ({ from: 0, to: positions }));
    const edges = [{ i: -1, at: 0 }, ...marks, { i: tokens.length, at: positions }];
    for (let e = 0; e + 1 < edges.length; e++) {
      const [a, b] = [edges[e], edges[e + 1]];
      if (!a || !b) continue;
      spreadEvenly(b.i - a.i - 1, b.at - a.at).forEach(({ from, to }, k) => {
        spans[a.i + 1 + k] = { from: a.at + from, to: a.at + to };
      });
      if (spans[a.i]) spans[a.i] = { from: a.at, to: a.at };
    }
    return spans;
  }

  release(): Promise<void> {
    return this.model.release();
  }
}

interface Prompt {
  step: DecoderStep;
  /** At `<|startoftranscript|>`. */
  startLogits: Float32Array;
  attention: AttentionRow[];
}

/**
 * @param folder the model's absolute URL, ending in `/`.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export async function loadWhisper(
  folder: string,
  worker: WorkerConfig,
  onFraction?: (fraction: number) => void
): Promise<WhisperRecogniser> {
  const [config, tokenizer] = await Promise.all([loadConfig(folder), loadTokenizer(folder)]);
  return new WhisperRecogniser(await loadModel(folder, config, worker, onFraction), tokenizer);
}
