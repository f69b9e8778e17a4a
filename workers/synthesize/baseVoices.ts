import { DEFAULT_MODELS, TimbreError, type BaseVoiceModel, type Lang, type WorkerConfig } from '../contract';
import type { OnBytes } from '../runtime';
import type { BaseVoice } from './baseVoice';
import { Espeak, loadEspeak } from './engines/espeak';
import { loadPiper, type Piper } from './engines/piper';
import { bytesAs, shareOf, type OnFraction } from './fractions';

/** The base voice that can be fitted to a person. */
export const FITTED_BASE = 'espeak-ng';

type Load = (modelBase: string, onBytes?: OnBytes) => Promise<BaseVoice>;

/** Engines that can speak by themselves, by their names in the settings. */
const LOADS = new Map<string, Load>([
  [FITTED_BASE, (modelBase, onBytes) => loadEspeak(`${modelBase}espeak-ng/`, onBytes)]
]);

/** @returns what loads the engine. Its promise is rejected with `model/missing` where there is no such engine. */
export function baseVoiceNamed(name: string): Load {
  return (
    LOADS.get(name) ??
    (() => Promise.reject(new TimbreError('model/missing', `there is no engine called ${name} that speaks`)))
  );
}

/** Of a fetched voice and eSpeak, which it needs, the voice is so much. */
const VOICE_SHARE = 0.75;

/**
 * The base voices of one worker, each loaded with its first use: a fetched voice where the language has one, else the
 * engine that speaks them all.
 */
export class BaseVoices {
  private readonly engines = new Map<string, BaseVoice>();
  private readonly fetched = new Map<string, Piper>();
  private readonly usual: string;

  constructor(private readonly config: WorkerConfig) {
    this.usual = { ...DEFAULT_MODELS, ...config.models }.synthesizer;
  }

  /** Whether the language's voice needs no loading. */
  isLoaded(language: Lang): boolean {
    const voice = this.voiceFor(language);
    return voice ? this.fetched.has(voice.model) : this.engines.has(this.usual);
  }

  /** @throws TimbreError 'model/…' or 'network/offline'; of a fetched voice its message names the folder. */
  async get(language: Lang, onLoaded?: OnFraction): Promise<BaseVoice> {
    const voice = this.voiceFor(language);
    return voice ? this.fetch(voice, onLoaded) : this.engine(this.usual, onLoaded);
  }

  /** The one that is fitted to people. */
  async getFitted(onLoaded?: OnFraction): Promise<Espeak> {
    const base = await this.engine(FITTED_BASE, onLoaded);
    if (!(base instanceof Espeak)) throw new TypeError(`${FITTED_BASE} is another engine`);
    return base;
  }

  isFittedLoaded(): boolean {
    return this.engines.has(FITTED_BASE);
  }

  private voiceFor(language: Lang): BaseVoiceModel | undefined {
    return this.config.baseVoices?.find((voice) => voice.language === language);
  }

  private async engine(name: string, onLoaded?: OnFraction): Promise<BaseVoice> {
    const known = this.engines.get(name);
    if (known) return known;
    const base = await baseVoiceNamed(name)(this.config.modelBase, bytesAs(onLoaded));
    this.engines.set(name, base);
    return base;
  }

  private async fetch({ model, name }: BaseVoiceModel, onLoaded?: OnFraction): Promise<Piper> {
    const known = this.fetched.get(model);
    if (known) return known;
    if (this.config.oneModelAtATime) await this.releaseFetched();
    const espeak = await this.getFitted((fraction) => onLoaded?.((1 - VOICE_SHARE) * fraction));
    const onBytes = bytesAs(shareOf(onLoaded, 1 - VOICE_SHARE, 1));
    const folder = `${this.config.modelBase}${model}/`;
    const voice = await loadPiper({ folder, name }, espeak, this.config, onBytes);
    this.fetched.set(model, voice);
    return voice;
  }

  private async releaseFetched(): Promise<void> {
    const voices = [...this.fetched.values()];
    this.fetched.clear();
    await Promise.all(voices.map((voice) => voice.release()));
  }
}
