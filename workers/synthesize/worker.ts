/** The worker of the stage `synthesize`: eSpeak NG for now; engines for the own voice take their place in `ownVoices`. */
import { DEFAULT_MODELS, type Lang, type Speech, type VoiceConditioning } from '../contract';
import { exposeWorker } from '../runtime';
import { moved, type Report } from '../wire';
import type { BaseVoice } from './baseVoice';
import { baseVoiceNamed } from './baseVoices';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';
import { synthesize } from './synthesize';

/** Share of the first call that loading the voices is. */
const LOADING_SHARE = 0.3;

const ownVoices: readonly OwnVoiceEngine[] = [];

export const entry = exposeWorker((config) => {
  const load = baseVoiceNamed({ ...DEFAULT_MODELS, ...config.models }.synthesizer);
  let base: BaseVoice | undefined;
  return {
    async synthesize(
      text: string,
      language: Lang,
      voice: VoiceConditioning | undefined,
      report: Report
    ): Promise<Speech> {
      const loading = base ? 0 : LOADING_SHARE;
      const tell = (fraction: number, detail?: string) =>
        report({ progress: { stage: 'synthesize', language, fraction, ...(detail ? { detail } : {}) } });
      base ??= await load(config.modelBase, (loaded, total) =>
        tell(total > 0 ? (loading * loaded) / total : 0, 'load')
      );
      const speech = await synthesize(text, language, base, (fraction) =>
        tell(loading + (1 - loading) * fraction)
      );
      const result = await inOwnVoice(speech, voice, ownVoices);
      return moved(result, [result.audio.samples.buffer]);
    }
  };
});
