import { TimbreError, type Lang, type LanguageGuess, type WorkerConfig } from '../../../contract';
import { uniform } from '../../../chance';
import { beamSearch } from './beam';
import { loadConfig } from './config';
import { decode } from './decode';
import { LogMelExtractor, type LogMel } from './features';
import { compressionRatio } from './guards';
import type { Hypothesis } from './hypothesis';
import { guessLanguages, languageToken, noSpeechProbability, taskTokens } from './language';
import { loadModel, type AttentionRow, type DecoderStep, type Encoded, type WhisperModel } from './model';
import { echoesPrompt, promptTokens } from './prompt';
import { TAIL_FRAMES } from './shortWindows';
import { meanLogProbs, SILENCE_SECONDS } from './textFit';
import { loadTokenizer, type WhisperTokenizer } from './tokenizer';
import { timedWords, type WindowWord } from './wordTimes';

export type { WindowWord };

export interface WindowText {
  words: WindowWord[];
  /** Mean ln probability of a token. */
  meanLogProb: number;
  /** Probability that nobody speaks. */
  noSpeech: number;
  /** Good enough to tell the next window of it: neither doubted, nor a loop, nor said with much chance in it. */
  trusted: boolean;
}

/** A window whose sound is encoded; made once, used for the language and for the text. */
export interface HeardWindow {
  encoded: Encoded;
  durationMs: number;
  /** Positions of the encoder that are sound and not padding. */
  positions: number;
  /** The step that found the language, with what it was given after `<|startoftranscript|>`. */
  begun?: { step: DecoderStep; task: readonly number[] };
  /** The same sound with and without padding, where it is open which of them the model is to be given. */
  trial?: { padded: LogMel; short: LogMel };
}

export interface RecogniseOptions {
  language: Lang;
  wordTimes: boolean;
  /** Names and words to expect, the most important first. */
  glossary?: readonly string[] | undefined;
  /** What was said before this window, where that is to be trusted. */
  previous?: string | undefined;
  /** Texts that are kept side by side; 1, the default: none but the likeliest next token each time. */
  beams?: number | undefined;
  signal?: AbortSignal | undefined;
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
  tokensAtLeast: 16,
  /** Above: the next window is not told of this one's text, lest an invention goes on. */
  trustedTemperature: 0.5,
  /** Of beam search. */
  patience: 1
};

/** A window by which it is decided whether padding can be left out has something to say, and is mostly padding. */
const TRIAL_SECONDS = 1;
const TRIAL_SHARE = 0.6;

/** Of the text so far, which is written out anew each time: as often as an eye can follow. */
const TELL_EVERY_MS = 50;
/** Guess for a true fraction while a window is decoded: tokens of usual speech. */
const USUAL_TOKENS_PER_SECOND = 5;

/** Whisper for one window of speech at a time. */
export class WhisperRecogniser {
  private readonly features: LogMelExtractor;
  /** Mean ln probabilities of texts where nobody speaks, by language and text. */
  private readonly inSilence = new Map<string, number>();
  /** What followed `<|startoftranscript|>` last. */
  private usualTask: readonly number[] = [];

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
    const own = Math.max(2, Math.floor(samples.length / features.hopLength));
    const short = (tail: number) => Math.min(windowFrames, own + tail);
    const mel = this.features.extract(samples, needed ?? short(this.model.tailFrames));
    const encoded = await this.model.encode(mel);
    const seconds = samples.length / features.sampleRateHz;
    const positions = Math.min(encoded.positions, Math.ceil(seconds * positionsPerSecond));
    const tellsMuch = seconds >= TRIAL_SECONDS && short(TAIL_FRAMES) <= TRIAL_SHARE * windowFrames;
    return {
      encoded,
      positions,
      durationMs: seconds * 1000,
      ...(tellsMuch && this.model.mayTryShort
        ? { trial: { padded: mel, short: this.features.extract(samples, short(TAIL_FRAMES)) } }
        : {})
    };
  }

  /**
   * Languages of a window by probability. Costs one decoder step. It is given the language of the window before, too,
   * which but for rounding changes nothing about the place that tells the language: if it is that one again, `recognise`
   * goes on from there.
   */
  async guessLanguages(window: HeardWindow): Promise<LanguageGuess[]> {
    if (this.model.config.languageTokens.size === 0) return [{ language: 'en', probability: 1 }]; // the only models of one language are English
    const { model, usualTask: task } = this;
    const tokens = [model.config.startToken, ...task];
    const step = await model.step(model.begin(window.encoded), tokens, model.hasAttention);
    window.begun = { step, task };
    return guessLanguages(step.logitsAt(0), model.config.languageTokens);
  }

  /**
   * How much better each text fits the window than it fits silence, in nats a token: what the model expects anyway
   * counts for nothing. Texts compared with each other say which was spoken, long before the model could write it down.
   * @throws TimbreError 'language/unsupported', 'model/run-failed'.
   */
  async textFit(window: HeardWindow, language: Lang, texts: readonly string[]): Promise<number[]> {
    const key = (text: string) => `${language} ${text}`;
    const means = (encoded: Encoded, of: readonly string[]) =>
      meanLogProbs(this.model, this.tokenizer, encoded, language, of);
    const unknown = texts.filter((text) => !this.inSilence.has(key(text)));
    if (unknown.length > 0) {
      const silence = await this.hear(new Float32Array(SILENCE_SECONDS * this.sampleRateHz));
      const found = await means(silence.encoded, unknown);
      unknown.forEach((text, i) => this.inSilence.set(key(text), found[i] ?? 0));
    }
    const found = await means(window.encoded, texts);
    return texts.map((text, i) => (found[i] ?? 0) - (this.inSilence.get(key(text)) ?? 0));
  }

  /** @throws TimbreError 'job/cancelled' between two tokens, 'language/unsupported', 'model/run-failed'. */
  async recognise(window: HeardWindow, options: RecogniseOptions): Promise<WindowText> {
    const { language, glossary = [], previous = '' } = options;
    const told = { glossary, previous, language };
    const prompt = promptTokens(told, this.tokenizer, this.model.config);
    const text = await this.say(window, prompt, options);
    await this.decideLength(window, prompt, options, text);
    if (prompt.length === 0 || !echoesPrompt(text.words.map((word) => word.text).join(''), told)) return text;
    return { ...(await this.say(window, [], options)), trusted: false };
  }

  /** Keeps the encoder that needs no padding if it leads to the same text. */
  private async decideLength(
    window: HeardWindow,
    told: readonly number[],
    options: RecogniseOptions,
    padded: WindowText
  ): Promise<void> {
    const { trial } = window;
    if (!trial || padded.words.length === 0 || !padded.trusted || !this.model.mayTryShort) return;
    delete window.trial;
    const encoded = await this.model.tryShort(trial.padded, window.encoded, trial.short);
    if (!encoded) return;
    const short = {
      encoded,
      durationMs: window.durationMs,
      positions: Math.min(encoded.positions, window.positions)
    };
    const silently = { ...options, onPartial: undefined, onFraction: undefined };
    const textOf = ({ words }: WindowText) => words.map(({ text }) => text).join('');
    await this.model.settleShort(textOf(await this.say(short, told, silently)) === textOf(padded));
  }

  /** @param told tokens from `<|startofprev|>` on; empty: nothing is told. */
  private async say(
    window: HeardWindow,
    told: readonly number[],
    options: RecogniseOptions
  ): Promise<WindowText> {
    const attention = options.wordTimes && this.model.hasAttention;
    const timestamps = options.wordTimes && !attention && this.tokenizer.firstTimestamp !== undefined;
    const prompt = await this.begin(window, told, options.language, timestamps, attention);
    const noSpeech = noSpeechProbability(prompt.startLogits, this.tokenizer.noSpeechToken);
    const best = await this.bestHypothesis(window, prompt, noSpeech, timestamps, attention, options);
    if (!best) return { words: [], meanLogProb: 0, noSpeech, trusted: true };
    const { hypothesis, believed, temperature } = best;
    return {
      words: timedWords(hypothesis, prompt.attention, {
        tokenizer: this.tokenizer,
        language: options.language,
        positions: window.positions,
        positionsPerSecond: this.model.config.positionsPerSecond,
        durationMs: window.durationMs
      }),
      meanLogProb: hypothesis.meanLogProb,
      noSpeech,
      trusted: believed && temperature <= LIMITS.trustedTemperature
    };
  }

  /** What is told, `<|startoftranscript|>`, the language, the task, and whether timestamps are to be left out. */
  private async begin(
    window: HeardWindow,
    told: readonly number[],
    language: Lang,
    timestamps: boolean,
    attention: boolean
  ): Promise<Prompt> {
    const { model } = this;
    const { config } = model;
    const task = taskTokens(config, language, timestamps);
    this.usualTask = task;
    const { begun } = window;
    if (begun && told.length === 0 && begun.task.join() === task.join()) {
      const { step } = begun;
      return { step, startLogits: step.logitsAt(0), attention: attention ? step.attention : [] };
    }
    const tokens = [...told, config.startToken, ...task];
    const step = await model.step(model.begin(window.encoded), tokens, attention);
    // Nothing of what is told has a time, so its looks at the audio are no part of the alignment.
    return { step, startLogits: step.logitsAt(told.length), attention: step.attention.slice(told.length) };
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
  ): Promise<Judged | undefined> {
    const seconds = window.durationMs / 1000;
    const places = this.model.config.maxTokens - prompt.step.state.length;
    const expected = Math.max(1, seconds * USUAL_TOKENS_PER_SECOND);
    let toldAt = -Infinity;
    const say = {
      timestamps,
      attention,
      maxTokens: Math.min(places, LIMITS.tokensAtLeast + Math.ceil(seconds * LIMITS.tokensPerSecond)),
      onToken: (said: readonly number[]) => {
        if (performance.now() - toldAt < TELL_EVERY_MS) return;
        toldAt = performance.now();
        options.onPartial?.(this.tokenizer.decode(said).replace(/\uFFFD+$/u, ''));
        options.onFraction?.(said.length / (said.length + expected));
      },
      signal: options.signal
    };
    const random = uniform(window.positions);
    const beams = options.beams ?? 1;
    let best: Judged | undefined;
    for (const temperature of LIMITS.temperatures) {
      const hypothesis =
        temperature === 0 && beams > 1
          ? await beamSearch(this.model, this.tokenizer, prompt.step, {
              ...say,
              beams,
              patience: LIMITS.patience
            })
          : await decode(this.model, this.tokenizer, prompt.step, { ...say, temperature, random });
      const doubted = hypothesis.meanLogProb < LIMITS.meanLogProb;
      if (doubted && noSpeech > LIMITS.noSpeech) return undefined;
      const text = this.tokenizer.decode(hypothesis.tokens);
      const loops = hypothesis.looped || compressionRatio(text) > LIMITS.compressionRatio;
      const judged = { hypothesis, loops, temperature, believed: !loops && !doubted };
      if (judged.believed) return judged;
      const better =
        !best ||
        (best.loops && !loops) ||
        (best.loops === loops && hypothesis.meanLogProb > best.hypothesis.meanLogProb);
      if (better) best = judged;
    }
    return best;
  }

  release(): Promise<void> {
    return this.model.release();
  }
}

/** A text that was said, and whether it is to be believed. */
interface Judged {
  hypothesis: Hypothesis;
  temperature: number;
  loops: boolean;
  believed: boolean;
}

interface Prompt {
  step: DecoderStep;
  /** At `<|startoftranscript|>`. */
  startLogits: Float32Array;
  /** From `<|startoftranscript|>` on. */
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
