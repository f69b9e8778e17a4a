/** The worker of the stage `transcribe`: Silero finds speech, Whisper writes it down. */
import { DEFAULT_MODELS, type Audio, type Lang, type TranscriptionResult } from '../contract';
import { exposeWorker } from '../runtime';
import type { Report } from '../wire';
import { loadVad } from './engines/silero';
import { loadWhisper } from './engines/whisper';
import { textFit, type FittingEars } from './textFit';
import { transcribe, type Ears } from './transcribe';
import { warmUp } from './warmUp';

export interface WorkerTranscribeOptions {
  /** Given: not detected. */
  language?: Lang | undefined;
  /** Default true. */
  wordTimes?: boolean | undefined;
  /** Names and words to expect, the most important first. */
  glossary?: readonly string[] | undefined;
}

/** Share of the first call that loading the models is. */
const LOADING_SHARE = 0.3;

export const entry = exposeWorker((config) => {
  const models = { ...DEFAULT_MODELS, ...config.models };
  let ears: (Ears & FittingEars) | undefined;

  async function load(onFraction: (fraction: number) => void): Promise<Ears & FittingEars> {
    const vad = await loadVad(config.modelBase + models.voiceActivity, config);
    const whisper = await loadWhisper(`${config.modelBase}${models.transcriber}/`, config, onFraction);
    return { vad, whisper, model: models.transcriber };
  }

  /** The models, loaded at the first call, and how to tell what is done: loading is a share of the call that does it. */
  async function begin(report: Report) {
    const loading = ears ? 0 : LOADING_SHARE;
    const tell = (fraction: number, detail?: string) =>
      report({ progress: { stage: 'transcribe', fraction, ...(detail ? { detail } : {}) } });
    ears ??= await load((fraction) => tell(loading * fraction, 'load'));
    return { ears, tell: (fraction: number) => tell(loading + (1 - loading) * fraction) };
  }

  return {
    async transcribe(
      audio: Audio,
      options: WorkerTranscribeOptions,
      report: Report
    ): Promise<TranscriptionResult> {
      const { ears, tell } = await begin(report);
      return transcribe(
        audio,
        ears,
        { ...options, beams: config.transcriberBeams },
        { onFraction: tell, onPartial: (partial) => report({ partial }) }
      );
    },

    /** Loads the models and runs each once. See `warmUp`. */
    async warmUp(report: Report): Promise<void> {
      const { ears, tell } = await begin(report);
      await warmUp(ears, tell);
    },

    /** See `textFit`. */
    async textFit(audio: Audio, texts: readonly string[], language: Lang, report: Report): Promise<number[]> {
      const { ears } = await begin(report);
      return textFit(audio, ears, language, texts);
    }
  };
});
