import createEspeak, { type EspeakModule, type EspeakWorker } from '@echogarden/espeak-ng-emscripten';
import { TimbreError, type Lang } from '../../../contract';
import { fetchBytes, type OnBytes } from '../../../runtime';
import type { BaseVoice, Mark, Spoken } from '../../baseVoice';
import { identifierOf, phonemesOf } from './phonemes';
import { speakable } from './speakable';
import { voiceFile, type EspeakTuning } from './tuning';
import { voiceOf } from './voices';

/** Words a minute. A little slower than eSpeak's own 175: its consonants are easier to follow so. */
const RATE = 165;
/** eSpeak's own. */
const PITCH = 50;
const PITCH_RANGE = 50;

/** Where eSpeak looks for variants of a voice: `VOICE+FILE`. */
const VARIANTS = '/usr/share/espeak-ng-data/voices/!v/';
/** The one that a tuning is written to. */
const OWN_VARIANT = 'timbre';

/** eSpeak NG: a robotic voice for every product language. */
export class Espeak implements BaseVoice {
  private readonly worker: EspeakWorker;
  /** The voice that is set, when it was set for `phonemes`. */
  private pronouncing: string | undefined;

  constructor(private readonly module: EspeakModule) {
    this.worker = new module.eSpeakNGWorker();
  }

  modelName(language: Lang): string {
    return `espeak-ng/${voiceOf(language).name}`;
  }

  say(text: string, language: Lang, onFraction?: (fraction: number) => void): Spoken {
    return this.speak(text, language, undefined, onFraction);
  }

  /** The same voices with other throats. Errors: 'input/invalid' when it speaks a variant that eSpeak NG doesn't have. */
  tuned(tuning: EspeakTuning): BaseVoice {
    return {
      modelName: (language) => this.modelName(language),
      say: (text, language, onFraction) => this.speak(text, language, tuning, onFraction)
    };
  }

  /**
   * How a stretch of text is pronounced: IPA, words apart by spaces, breaks by ` | `.
   * @param voice eSpeak's name for the language, e.g. `en-us`. @throws TimbreError 'synthesize/failed' (no such voice).
   */
  phonemes(text: string, voice: string): string {
    const { worker } = this;
    // Setting a voice takes longer than asking for a word.
    if (this.pronouncing !== voice) {
      const identifier = identifierOf(worker, voice);
      if (identifier === undefined || worker.set_voice(identifier) !== 0)
        throw new TimbreError('synthesize/failed', `eSpeak NG has no voice ${voice}`);
      this.pronouncing = voice;
    }
    return phonemesOf(this.module, worker, speakable(text));
  }

  private speak(
    text: string,
    language: Lang,
    tuning: EspeakTuning | undefined,
    onFraction?: (fraction: number) => void
  ): Spoken {
    const { worker } = this;
    const { identifier } = voiceOf(language);
    this.pronouncing = undefined;
    if (tuning)
      this.module.FS.writeFile(`${VARIANTS}${OWN_VARIANT}`, voiceFile(tuning, this.variant(tuning)));
    if (worker.set_voice(tuning ? `${identifier}+${OWN_VARIANT}` : identifier) !== 0) {
      throw new TimbreError('synthesize/failed', `eSpeak NG has no voice ${identifier}`);
    }
    worker.rate = Math.round(RATE * (tuning?.rate ?? 1));
    worker.pitch = PITCH;
    worker.range = PITCH_RANGE;

    const index = characterIndex(text);
    const parts: Int16Array[] = [];
    const marks: Mark[] = [];
    worker.synthesize(speakable(text), (samples, events) => {
      parts.push(samples);
      for (const event of events) {
        if (event.type === 'word')
          marks.push({ at: index(event.text_position - 1), timeMs: event.audio_position });
        onFraction?.(Math.min(1, index(event.text_position) / Math.max(1, text.length)));
      }
      return false;
    });
    return { samples: joined(parts), sampleRateHz: worker.samplerate, marks };
  }

  /** A shipped variant's file. */
  private variant({ variant }: EspeakTuning): string {
    if (variant === '') return '';
    const { FS } = this.module;
    if (!/^[\w ]+$/u.test(variant) || !FS.analyzePath(`${VARIANTS}${variant}`).exists)
      throw new TimbreError('input/invalid', `eSpeak NG has no variant ${variant}`);
    return FS.readFile(`${VARIANTS}${variant}`, { encoding: 'utf8' });
  }
}

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

function joined(parts: readonly Int16Array[]): Float32Array {
  const samples = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) for (const value of part) samples[at++] = value / 32768;
  return samples;
}

/**
 * @param dataUrl of `espeak-ng.data` (24 MB: every voice), which the app serves.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'.
 */
export async function loadEspeak(dataUrl: string, onBytes?: OnBytes): Promise<Espeak> {
  const { buffer } = await fetchBytes(dataUrl, onBytes);
  let module: EspeakModule;
  try {
    module = await createEspeak({ getPreloadedPackage: () => buffer });
  } catch (cause) {
    throw new TimbreError('model/load-failed', 'eSpeak NG could not be started', { cause });
  }
  return new Espeak(module);
}
