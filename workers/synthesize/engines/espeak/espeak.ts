import { TimbreError, type Lang } from '../../../contract';
import { fetchBytes, type OnBytes } from '../../../runtime';
import type { BaseVoice, Mark, Spoken } from '../../baseVoice';
import { GrowingSound } from '../../growingSound';
import { EspeakFiles } from './files';
import { CORE, HOME } from './packs';
import { EspeakProgram } from './program';
import { speakable } from './speakable';
import { voiceFile, type EspeakTuning } from './tuning';
import { voiceOf } from './voices';

/** Words a minute. A little slower than eSpeak's own 175: its consonants are easier to follow so. */
const RATE = 165;
/** eSpeak's own. */
const PITCH = 50;
const PITCH_RANGE = 50;

/** A tenth of a second, which most letters don't take. */
const SAMPLES_A_CHARACTER = 2205;

/** Where eSpeak looks for variants of a voice: `VOICE+FILE`. */
const VARIANTS = `${HOME}/voices/!v/`;
/** The one that a tuning is written to. */
const OWN_VARIANT = 'timbre';

/** Tells how words are pronounced. */
export type Pronouncer = Pick<Espeak, 'phonemes' | 'complete'>;

type FetchPack = (name: string, onBytes?: OnBytes) => Promise<Uint8Array>;

/** eSpeak NG: a robotic voice for every product language, whose dictionary is fetched when it first speaks. */
export class Espeak implements BaseVoice {
  private program: EspeakProgram;
  /** The voice that is set, when it was set for `phonemes`. */
  private pronouncing: string | undefined;
  /** Used again for each stretch of text: the system is slow to give out memory. */
  private readonly sound = new GrowingSound();

  /** @param files with the core pack. @throws Error where it doesn't start. */
  constructor(
    private readonly compiled: WebAssembly.Module,
    private readonly files: EspeakFiles,
    private readonly fetchPack: FetchPack
  ) {
    this.program = new EspeakProgram(compiled, files);
  }

  modelName(language: Lang): string {
    return `espeak-ng/${voiceOf(language).name}`;
  }

  /** @throws TimbreError 'synthesize/failed'; 'model/…' and 'network/offline' for want of the language's dictionary. */
  say(text: string, language: Lang, onFraction?: (fraction: number) => void): Promise<Spoken> {
    return this.complete(() => this.speak(text, language, undefined, onFraction));
  }

  /** The same voices with other throats. Errors: 'input/invalid' when it speaks a variant that eSpeak NG doesn't have. */
  tuned(tuning: EspeakTuning): BaseVoice {
    return {
      modelName: (language) => this.modelName(language),
      say: (text, language, onFraction) => this.complete(() => this.speak(text, language, tuning, onFraction))
    };
  }

  /**
   * What `attempt` returns, once no dictionary is lacking that it asks for: then it is fetched, and all is done again.
   * @throws what `attempt` throws, and errors of `fetchBytes`.
   */
  async complete<T>(attempt: () => T): Promise<T> {
    for (;;) {
      const result = this.attempted(attempt);
      const lacking = this.files.takeLacking();
      if (lacking.length === 0 && result !== undefined) return result.value;
      this.pronouncing = undefined;
      for (const pack of await Promise.all(lacking.map((language) => this.fetchPack(language))))
        this.files.add(pack);
    }
  }

  /**
   * How a stretch of text is pronounced: IPA, words apart by spaces, breaks by ` | `. To be called in `complete`.
   * @param voice eSpeak's name for the language, e.g. `en-us`. @throws TimbreError 'synthesize/failed' (no such voice).
   */
  phonemes(text: string, voice: string): string {
    // Setting a voice takes longer than asking for a word.
    if (this.pronouncing !== voice) {
      const identifier = this.program.voiceCalled(voice);
      if (identifier === undefined) throw noVoice(voice);
      this.setVoice(identifier);
      this.pronouncing = voice;
    }
    const clauses = this.program.pronounce(speakable(text)).join(' | ');
    // `_` stands between phonemes, and for breaks that have no letter in IPA; (en) where another language begins.
    return clauses.replace(/\([^)]+\)|_/gu, '');
  }

  private speak(
    text: string,
    language: Lang,
    tuning: EspeakTuning | undefined,
    onFraction?: (fraction: number) => void
  ): Spoken {
    const { program, sound } = this;
    const { identifier } = voiceOf(language);
    this.pronouncing = undefined;
    if (tuning) {
      const file = voiceFile(tuning, this.variant(tuning));
      this.files.put(`${VARIANTS}${OWN_VARIANT}`, new TextEncoder().encode(file));
    }
    this.setVoice(tuning ? `${identifier}+${OWN_VARIANT}` : identifier);

    const index = characterIndex(text);
    sound.begin(text.length * SAMPLES_A_CHARACTER);
    const marks: Mark[] = [];
    const manner = { rate: Math.round(RATE * (tuning?.rate ?? 1)), pitch: PITCH, range: PITCH_RANGE };
    program.speak(speakable(text), manner, {
      onSound: (samples) => sound.addPcm(samples),
      onPassed: (isWord, position, timeMs) => {
        if (isWord) marks.push({ at: index(position - 1), timeMs });
        onFraction?.(Math.min(1, index(position) / Math.max(1, text.length)));
      }
    });
    return { samples: sound.whole(), sampleRateHz: program.sampleRateHz, marks };
  }

  /** @throws LackingError where its dictionary isn't here: without one, eSpeak reads where there is nothing. */
  private setVoice(identifier: string): void {
    if (!this.program.setVoice(identifier)) throw noVoice(identifier);
    if (this.files.isLacking) throw new LackingError();
  }

  private attempted<T>(attempt: () => T): { value: T } | undefined {
    try {
      return { value: attempt() };
    } catch (error) {
      if (error instanceof LackingError) return undefined;
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      // Its memory may be in any state.
      this.program = new EspeakProgram(this.compiled, this.files);
      this.pronouncing = undefined;
      // It reads the dictionary of another alphabet unseen.
      if (this.files.isLacking) return undefined;
      throw new TimbreError('synthesize/failed', `eSpeak NG broke off: ${error.message}`, { cause: error });
    }
  }

  /** A shipped variant's file. */
  private variant({ variant }: EspeakTuning): string {
    if (variant === '') return '';
    const file = /^[\w ]+$/u.test(variant) ? this.files.get(`${VARIANTS}${variant}`) : undefined;
    if (!file) throw new TimbreError('input/invalid', `eSpeak NG has no variant ${variant}`);
    return new TextDecoder().decode(file);
  }
}

/** A dictionary is lacking, which `complete` fetches. */
class LackingError extends Error {}

const noVoice = (name: string) => new TimbreError('synthesize/failed', `eSpeak NG has no voice ${name}`);

/** From a count of characters (code points) to an index into the string. */
function characterIndex(text: string): (characters: number) => number {
  const indices: number[] = [];
  let at = 0;
  for (const character of text) {
    indices.push(at);
    at += character.length;
  }
  return (characters) => indices[Math.max(0, characters)] ?? text.length;
}

/**
 * @param folder absolute URL ending in `/`: `espeak-ng.wasm`, and the packs as `<name>.zip`.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export async function loadEspeak(folder: string, onBytes?: OnBytes): Promise<Espeak> {
  const fetchPack: FetchPack = (name, onPack) => fetchBytes(`${folder}${name}.zip`, onPack);
  const program = await fetchBytes(`${folder}espeak-ng.wasm`, onBytes);
  const before = program.length;
  const core = await fetchPack(CORE, (loaded, total) => onBytes?.(before + loaded, total && before + total));
  try {
    const files = new EspeakFiles();
    files.add(core);
    return new Espeak(await WebAssembly.compile(program), files, fetchPack);
  } catch (cause) {
    throw new TimbreError('model/load-failed', 'eSpeak NG could not be started', { cause });
  }
}
