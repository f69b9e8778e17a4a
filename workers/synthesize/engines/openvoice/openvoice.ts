import {
  OPENVOICE,
  TimbreError,
  type Audio,
  type VoiceConditioning,
  type VoiceConverter,
  type WorkerConfig
} from '../../../contract';
import { resample } from '../../../decode';
import { bytesAs, shareOf, type OnFraction } from '../../fractions';
import { HOP, RATE_HZ } from './spectrogram';
import { loadToneConverter, type ToneConverter } from './toneConverter';
import { isTone, loadToneExtractor, TONE_SIZE, type ToneExtractor } from './toneExtractor';

/** OpenVoice's own: some of the source's tone stays where it is lower, and the voice is rougher where it is higher. */
const TAU = 0.3;
/** Shorter speech is made longer by silence: a third of a second. */
const SHORTEST_FRAMES = 32;
/** Of a call, what loading 131 MB and hearing the base voice take. */
const LOADING_SHARE = 0.2;
const HEARING_SHARE = 0.05;

/** OpenVoice V2. Nothing is loaded before the first call that needs it; enrolling needs the smaller part alone. */
export class OpenVoice implements Pick<VoiceConverter, 'convert'> {
  private extractor: ToneExtractor | undefined;
  private converter: ToneConverter | undefined;

  /** @param folder the model's absolute URL, ending in `/`. @param tau see `ConvertOptions`. */
  constructor(
    private readonly folder: string,
    private readonly config: WorkerConfig,
    private readonly tau = TAU
  ) {}

  /**
   * A voice as 256 numbers: the mean over its clips (`ToneExtractor.enrol`). What `convert` wants under the name
   * `openvoice` of a voice's conditioning.
   * @throws TimbreError 'voice/no-samples', 'audio/too-short', 'speech/none-found', 'model/…'.
   */
  async enrol(clips: readonly Audio[], onFraction?: OnFraction): Promise<Float32Array> {
    const loading = this.extractor ? 0 : LOADING_SHARE;
    const extractor = await this.hearing(shareOf(onFraction, 0, loading));
    return extractor.enrol(clips, shareOf(onFraction, loading, 1));
  }

  /**
   * The same speech in the voice asked for, at the same rate and of the same length. What the speech itself sounds like
   * is heard from it.
   * @throws TimbreError 'input/invalid' (no such conditioning), 'model/…'.
   */
  async convert(audio: Audio, voice: VoiceConditioning, onFraction?: OnFraction): Promise<Audio> {
    const target = voice.engines[OPENVOICE];
    if (!isTone(target))
      throw new TimbreError(
        'input/invalid',
        `OpenVoice knows a voice by ${TONE_SIZE} numbers, which these are not`
      );
    const loading = this.converter ? 0 : LOADING_SHARE;
    const heard = loading + HEARING_SHARE;
    const extractor = await this.hearing(undefined);
    this.converter ??= await loadToneConverter(
      this.folder,
      this.config,
      bytesAs(shareOf(onFraction, 0, loading))
    );

    const samples = wholeFrames(resample(audio.samples, audio.sampleRateHz, RATE_HZ));
    const source = await extractor.toneOf(samples, shareOf(onFraction, loading, heard));
    const converted = await this.converter.convert(samples, source, target, {
      tau: this.tau,
      onFraction: shareOf(onFraction, heard, 1)
    });
    const back = resample(converted, RATE_HZ, audio.sampleRateHz);
    return { samples: back.slice(0, audio.samples.length), sampleRateHz: audio.sampleRateHz };
  }

  private async hearing(onFraction: OnFraction | undefined): Promise<ToneExtractor> {
    return (this.extractor ??= await loadToneExtractor(this.folder, this.config, bytesAs(onFraction)));
  }
}

/** With silence behind it up to a whole number of frames, so that nothing is cut off. */
function wholeFrames(samples: Float32Array): Float32Array {
  const frames = Math.max(SHORTEST_FRAMES, Math.ceil(samples.length / HOP));
  const whole = new Float32Array(frames * HOP);
  whole.set(samples);
  return whole;
}
