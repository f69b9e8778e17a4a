import {
  SPEECH_RATE_HZ,
  TimbreError,
  type Audio,
  type Lang,
  type LanguageGuess,
  type TranscriptionResult
} from '../contract';
import {
  isStockPhrase,
  joinGuesses,
  type HeardWindow,
  type WhisperRecogniser,
  type WindowWord
} from './engines/whisper';
import { VAD_HOP, type SileroVad } from './engines/silero';
import { joinWords } from './merge';
import { confidenceOf, segmentsOf, snapToSpeech } from './segments';
import { speechIn } from './speechIn';
import { planWindows, type Window } from './windows';

/** The parts of the two engines that are used, so that tests can give their own. */
export interface Ears {
  vad: Pick<SileroVad, 'probabilities'>;
  whisper: Pick<
    WhisperRecogniser,
    'windowSeconds' | 'checkLanguage' | 'hear' | 'guessLanguages' | 'recognise'
  >;
  /** For the result, e.g. `starter/whisper`. */
  model: string;
}

export interface TranscribeHooks {
  /** Share of the audio's work that is done, 0…1. */
  onFraction?: (fraction: number) => void;
  onPartial?: (text: string) => void;
}

export interface Wishes {
  /** Given: not detected. */
  language?: Lang | undefined;
  /** Default true. */
  wordTimes?: boolean | undefined;
  /** Names and words to expect, the most important first. */
  glossary?: readonly string[] | undefined;
  /** Of beam search; 1, the default: greedy. */
  beams?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** Windows are heard for the language until this much speech is. */
const LANGUAGE_SPEECH_SECONDS = 12;
/** Pauses up to this stay in a window: cutting there would take context from the recogniser. */
const LONGEST_PAUSE_SECONDS = 1.5;
const OVERLAP_SECONDS = 1.2;
/** Share of the work that finding speech is. */
const VAD_SHARE = 0.1;

/**
 * Speech of any length to text: stretches of speech → windows → words → segments. Audio without speech
 * gives an empty transcript with confidence 0.
 * @throws TimbreError 'input/invalid' (other than 16 kHz), 'language/unsupported', 'model/run-failed'.
 */
export async function transcribe(
  audio: Audio,
  ears: Ears,
  options: Wishes,
  hooks: TranscribeHooks = {}
): Promise<TranscriptionResult> {
  const { samples } = audio;
  if (audio.sampleRateHz !== SPEECH_RATE_HZ) {
    throw new TimbreError(
      'input/invalid',
      `recognition works at ${SPEECH_RATE_HZ} Hz, not ${audio.sampleRateHz}`
    );
  }
  if (options.language) ears.whisper.checkLanguage(options.language);
  const durationMs = (1000 * samples.length) / SPEECH_RATE_HZ;
  const { speech, probabilities } = await speechIn(samples, ears.vad, (fraction) =>
    hooks.onFraction?.(VAD_SHARE * fraction)
  );
  const windows = planWindows(
    speech,
    {
      longest: ears.whisper.windowSeconds * SPEECH_RATE_HZ,
      longestPause: LONGEST_PAUSE_SECONDS * SPEECH_RATE_HZ,
      overlap: OVERLAP_SECONDS * SPEECH_RATE_HZ
    },
    (at) => probabilities[Math.floor(at / VAD_HOP)] ?? 0,
    VAD_HOP
  );
  if (windows.length === 0) return nothingHeard(durationMs, options.language, ears.model);

  const heard = new Map<Window, HeardWindow>();
  const guesses = options.language ? [] : await guessLanguage(windows, samples, ears, heard);
  const language = options.language ?? guesses[0]?.language;
  if (!language)
    throw new TimbreError('language/unsupported', 'the model knows none of the product’s languages');

  const words = await recogniseAll(windows, samples, ears, heard, language, options, hooks);
  const snapped = words.map((word) => snapToSpeech(word, speech, SPEECH_RATE_HZ / 1000));
  const kept = withoutStockPhrases(snapped, probabilities);
  const segments = segmentsOf(kept);
  return {
    text: segments.map((segment) => segment.text).join(joiner(language)),
    language,
    languageGuesses: guesses,
    confidence: confidenceOf(kept),
    source: 'whisper',
    segments,
    durationMs,
    model: ears.model
  };
}

/** From the first windows, up to some seconds of speech, weighted by their length. */
async function guessLanguage(
  windows: readonly Window[],
  samples: Float32Array,
  ears: Ears,
  heard: Map<Window, HeardWindow>
): Promise<LanguageGuess[]> {
  const found: { guesses: LanguageGuess[]; weight: number }[] = [];
  let seconds = 0;
  for (const window of windows) {
    const sound = await ears.whisper.hear(samples.subarray(window.from, window.to));
    heard.set(window, sound);
    found.push({ guesses: await ears.whisper.guessLanguages(sound), weight: window.to - window.from });
    seconds += (window.to - window.from) / SPEECH_RATE_HZ;
    if (seconds >= LANGUAGE_SPEECH_SECONDS) break;
  }
  return joinGuesses(found);
}

async function recogniseAll(
  windows: readonly Window[],
  samples: Float32Array,
  ears: Ears,
  heard: Map<Window, HeardWindow>,
  language: Lang,
  { wordTimes = true, glossary, beams, signal }: Wishes,
  hooks: TranscribeHooks
): Promise<WindowWord[]> {
  const total = windows.reduce((sum, window) => sum + window.to - window.from, 0);
  let done = 0;
  let words: WindowWord[] = [];
  /** What was said before this time is no condition for what follows. */
  let tellFromMs = 0;
  for (const window of windows) {
    const length = window.to - window.from;
    const tell = (fraction: number) =>
      hooks.onFraction?.(VAD_SHARE + ((1 - VAD_SHARE) * (done + fraction * length)) / total);
    const before = textSoFar(words);
    const sound = heard.get(window) ?? (await ears.whisper.hear(samples.subarray(window.from, window.to)));
    heard.delete(window); // each holds megabytes
    const offsetMs = (window.from * 1000) / SPEECH_RATE_HZ;
    const text = await ears.whisper.recognise(sound, {
      language,
      wordTimes,
      glossary,
      // What both windows hear is to be said by both, so the second is not told of it.
      previous: textSoFar(words.filter((word) => word.startMs >= tellFromMs && word.endMs <= offsetMs)),
      beams,
      signal,
      onPartial: (partial) => hooks.onPartial?.((before + partial).trim()),
      onFraction: tell
    });
    if (!text.trusted) tellFromMs = (window.to * 1000) / SPEECH_RATE_HZ;
    const own = text.words.map((word, i) => ({
      ...word,
      text: i === 0 && words.length > 0 ? apart(word.text, language) : word.text,
      startMs: word.startMs + offsetMs,
      endMs: word.endMs + offsetMs
    }));
    words =
      window.overlap > 0
        ? joinWords(words, own, offsetMs, offsetMs + (window.overlap * 1000) / SPEECH_RATE_HZ)
        : [...words, ...own];
    done += length;
    tell(0);
  }
  return words;
}

function textSoFar(words: readonly WindowWord[]): string {
  return words.map((word) => word.text).join('');
}

/** Drops whole segments that are stock phrases with too little to speak for them. */
function withoutStockPhrases(words: readonly WindowWord[], probabilities: Float32Array): WindowWord[] {
  const kept: WindowWord[] = [];
  let at = 0;
  for (const segment of segmentsOf(words)) {
    const own = words.slice(at, at + segment.words.length);
    at += segment.words.length;
    const evidence = { confidence: segment.confidence, speech: meanSpeech(probabilities, segment) };
    if (!isStockPhrase(segment.text, evidence)) kept.push(...own);
  }
  return kept;
}

function meanSpeech(
  probabilities: Float32Array,
  { startMs, endMs }: { startMs: number; endMs: number }
): number {
  const hop = (ms: number) => Math.floor((ms * SPEECH_RATE_HZ) / 1000 / VAD_HOP);
  const part = probabilities.subarray(hop(startMs), Math.max(hop(startMs) + 1, hop(endMs)));
  return part.reduce((sum, x) => sum + x, 0) / Math.max(1, part.length);
}

function joiner(language: Lang): string {
  const spaceless: readonly Lang[] = ['zh', 'ja'];
  return spaceless.includes(language) ? '' : ' ';
}

/** The first word of a window need not bring the space that parts it from the last window's. */
function apart(word: string, language: Lang): string {
  return /^\s/u.test(word) ? word : joiner(language) + word;
}

function nothingHeard(durationMs: number, language: Lang | undefined, model: string): TranscriptionResult {
  return {
    text: '',
    // Nobody spoke, so no language was heard; the contract wants one all the same.
    language: language ?? 'en',
    languageGuesses: [],
    confidence: 0,
    source: 'whisper',
    segments: [],
    durationMs,
    model
  };
}
