/** The worker of the stage `synthesize`: eSpeak NG for now; engines for the own voice take their place in `ownVoices`. */
import type { Lang, Speech, VoiceConditioning } from '../contract';
import { exposeWorker } from '../runtime';
import { moved, type Report } from '../wire';
import { loadEspeak, type Espeak } from './engines/espeak';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';
import { synthesize } from './synthesize';

/** Below `modelBase`. */
const ESPEAK_DATA = 'espeak-ng/espeak-ng.data';
/** Share of the first call that loading the voices is. */
const LOADING_SHARE = 0.3;

const ownVoices: readonly OwnVoiceEngine[] = [];

export const entry = exposeWorker((config) => {
  let espeak: Espeak | undefined;
  return {
    async synthesize(
      text: string,
      language: Lang,
      voice: VoiceConditioning | undefined,
      report: Report
    ): Promise<Speech> {
      const loading = espeak ? 0 : LOADING_SHARE;
      const tell = (fraction: number, detail?: string) =>
        report({ progress: { stage: 'synthesize', language, fraction, ...(detail ? { detail } : {}) } });
      espeak ??= await loadEspeak(config.modelBase + ESPEAK_DATA, (loaded, total) =>
        tell(total > 0 ? (loading * loaded) / total : 0, 'load')
      );
      const speech = await synthesize(text, language, espeak, (fraction) =>
        tell(loading + (1 - loading) * fraction)
      );
      const result = await inOwnVoice(speech, voice, ownVoices);
      return moved(result, [result.audio.samples.buffer]);
    }
  };
});
