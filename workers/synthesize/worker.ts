/** The worker of the stage `synthesize`: speech in the voice that was asked for, marked as a machine's. */
import {
  DEFAULT_MODELS,
  TimbreError,
  type Audio,
  type CloningEngine,
  type Lang,
  type Speech,
  type VoiceConditioning,
  type WatermarkDetection
} from '../contract';
import { exposeWorker } from '../runtime';
import { moved, type Report } from '../wire';
import { Speakers } from './speakers';
import { Watermark } from './watermark';

/** Share that the mark is of a call whose speech is marked. */
const MARKING_SHARE = 0.2;

export const entry = exposeWorker((config) => {
  const models = { ...DEFAULT_MODELS, ...config.models };
  const speakers = new Speakers(config);
  const watermark = models.watermark
    ? new Watermark(`${config.modelBase}${models.watermark}/`, config)
    : undefined;
  /** Whatever voice it is in: what a machine said can be told as such. */
  async function marked(speech: Speech, onFraction: (fraction: number) => void): Promise<Speech> {
    if (!watermark) return speech;
    return { ...speech, audio: await watermark.mark(speech.audio, onFraction), watermark: true };
  }
  return {
    /** Whether a sound carries a mark, of any maker. */
    async detectWatermark(audio: Audio, report: Report): Promise<WatermarkDetection> {
      if (!watermark) throw new TimbreError('model/missing', 'the model that finds watermarks is not here');
      return watermark.detect(audio, (fraction) => report({ progress: { stage: 'synthesize', fraction } }));
    },

    async synthesize(
      text: string,
      language: Lang,
      voice: VoiceConditioning | undefined,
      report: Report
    ): Promise<Speech> {
      const unmarked = watermark ? 1 - MARKING_SHARE : 1;
      const tell = (fraction: number, detail?: string) =>
        report({ progress: { stage: 'synthesize', language, fraction, ...(detail ? { detail } : {}) } });
      const speech = await speakers.speak(text, language, voice, (fraction, detail) =>
        tell(unmarked * fraction, detail)
      );
      const whole = await marked(speech, (fraction) => tell(unmarked + (1 - unmarked) * fraction));
      return moved(whole, [whole.audio.samples.buffer]);
    },

    /** What the model that clones makes of a person's clips. @param engine this one and no other. */
    async enrolVoice(
      clips: Audio[],
      engine: CloningEngine | undefined,
      report: Report
    ): Promise<Float32Array> {
      const numbers = await speakers.enrol(clips, engine, (fraction) =>
        report({ progress: { stage: 'synthesize', fraction } })
      );
      return moved(numbers, [numbers.buffer]);
    }
  };
});
