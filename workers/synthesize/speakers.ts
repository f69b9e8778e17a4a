import {
  CLONING_ENGINES,
  DEFAULT_MODELS,
  MATCHED,
  OPENVOICE,
  TimbreError,
  type Audio,
  type CloningEngine,
  type Lang,
  type Speech,
  type VoiceConditioning,
  type WorkerConfig
} from '../contract';
import { BaseVoices } from './baseVoices';
import type { CloningVoice } from './cloningVoice';
import { cloningVoice, inVoiceOf } from './cloningVoices';
import { OpenVoice } from './engines/openvoice';
import { matchedBase } from './matched';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';
import { synthesize } from './synthesize';

/** Share of the first call that loading the voices is. */
const LOADING_SHARE = 0.3;
/** Share that the base voice's speech is of a call in a person's own voice. */
const BASE_SHARE = 0.2;

/** @param detail `load` while models are loaded. */
export type OnSpeaking = (fraction: number, detail?: string) => void;

/**
 * Who speaks. In the voice asked for the engine that clones, where one is here: it speaks by itself, or it converts the base
 * voice's speech. Else the base voice as it was fitted to the person, else the base voice. The speech says which it was.
 */
export class Speakers {
  private readonly bases: BaseVoices;
  private readonly kind: CloningEngine;
  private readonly openVoice: OpenVoice | undefined;
  private readonly cloning: CloningVoice | undefined;

  constructor(config: WorkerConfig) {
    this.bases = new BaseVoices(config);
    this.kind = config.cloningEngine ?? OPENVOICE;
    const { voiceConverter } = { ...DEFAULT_MODELS, ...config.models };
    if (voiceConverter === undefined) return;
    const folder = `${config.modelBase}${voiceConverter}/`;
    if (this.kind === OPENVOICE) this.openVoice = new OpenVoice(folder, config);
    else this.cloning = cloningVoice(this.kind, folder, config);
  }

  /**
   * @throws TimbreError 'input/invalid', 'synthesize/failed', 'model/missing' (none of the engines that the voice has
   * something for is here), 'model/…'. An engine that fails is an error and never a quiet fall-back.
   */
  async speak(
    text: string,
    language: Lang,
    voice: VoiceConditioning | undefined,
    tell: OnSpeaking
  ): Promise<Speech> {
    const has = (name: string | undefined) => name !== undefined && voice?.engines[name] !== undefined;
    if (this.cloning && voice && has(this.cloning.name)) {
      if (this.cloning.speaks(language))
        return synthesize(text, language, inVoiceOf(this.cloning, voice), tell);
      // The engine is here and does its part in other languages: in this one the next best speaks, and says so.
      return has(MATCHED) ? this.matched(text, language, voice, tell) : this.base(text, language, tell);
    }
    if (voice && has(MATCHED) && !(this.openVoice && has(OPENVOICE)))
      return this.matched(text, language, voice, tell);
    const isConverted = this.openVoice !== undefined && has(OPENVOICE);
    const spoken = isConverted ? (this.bases.isLoaded(language) ? 0 : LOADING_SHARE) + BASE_SHARE : 1;
    const speech = await this.base(text, language, (fraction, detail) => tell(spoken * fraction, detail));
    return inOwnVoice(speech, voice, this.converters(), (fraction) => tell(spoken + (1 - spoken) * fraction));
  }

  /**
   * What the engine that clones makes of a person's clips.
   * @param wanted this engine and no other. @throws TimbreError 'model/missing', and what the engine throws.
   */
  async enrol(
    clips: readonly Audio[],
    wanted: CloningEngine | undefined,
    tell: OnSpeaking
  ): Promise<Float32Array> {
    const engine = this.cloning ?? this.openVoice;
    if (!engine || (wanted !== undefined && wanted !== this.kind))
      throw new TimbreError('model/missing', `the model that clones voices (${wanted ?? 'any'}) is not here`);
    return engine.enrol(clips, (fraction) => tell(fraction));
  }

  private async matched(
    text: string,
    language: Lang,
    { engines, take }: VoiceConditioning,
    tell: OnSpeaking
  ): Promise<Speech> {
    const loading = this.bases.isFittedLoaded() ? 0 : LOADING_SHARE;
    const espeak = await this.bases.getFitted((fraction) => tell(loading * fraction, 'load'));
    return synthesize(text, language, matchedBase(espeak, engines[MATCHED], take), (fraction) =>
      tell(loading + (1 - loading) * fraction)
    );
  }

  private async base(text: string, language: Lang, tell: OnSpeaking): Promise<Speech> {
    const loading = this.bases.isLoaded(language) ? 0 : LOADING_SHARE;
    const base = await this.bases.get(language, (fraction) => tell(loading * fraction, 'load'));
    return synthesize(text, language, base, (fraction) => tell(loading + (1 - loading) * fraction));
  }

  /** All that a voice can be cloned by, so that a voice for which none is here is told from one that has nothing. */
  private converters(): OwnVoiceEngine[] {
    return CLONING_ENGINES.map((name) => ({
      name,
      fidelity: 'cloned',
      converter: name === OPENVOICE ? this.openVoice : undefined
    }));
  }
}
