/** The worker of the stage `synthesize`: a base voice speaks, and an engine for the own voice makes it the person's. */
import {
  DEFAULT_MODELS,
  MATCHED,
  OPENVOICE,
  TimbreError,
  type Audio,
  type Lang,
  type Speech,
  type VoiceConditioning
} from '../contract';
import { exposeWorker } from '../runtime';
import { moved, type Report } from '../wire';
import { BaseVoices } from './baseVoices';
import { OpenVoice } from './engines/openvoice';
import { matchedBase } from './matched';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';
import { synthesize } from './synthesize';

/** Share of the first call that loading the voices is. */
const LOADING_SHARE = 0.3;
/** Share that the base voice's speech is of a call in a person's own voice. */
const BASE_SHARE = 0.2;

export const entry = exposeWorker((config) => {
  const models = { ...DEFAULT_MODELS, ...config.models };
  const openVoice = models.voiceConverter
    ? new OpenVoice(`${config.modelBase}${models.voiceConverter}/`, config)
    : undefined;
  /** The best first. */
  const ownVoices: readonly OwnVoiceEngine[] = [
    { name: OPENVOICE, fidelity: 'cloned', converter: openVoice }
  ];
  const bases = new BaseVoices(config);
  return {
    async synthesize(
      text: string,
      language: Lang,
      voice: VoiceConditioning | undefined,
      report: Report
    ): Promise<Speech> {
      const clones = ownVoices.some(
        ({ name, converter }) => converter !== undefined && voice?.engines[name] !== undefined
      );
      const fitted = clones ? undefined : voice?.engines[MATCHED];
      const isLoaded = fitted === undefined ? bases.isLoaded(language) : bases.isFittedLoaded();
      const loading = isLoaded ? 0 : LOADING_SHARE;
      const tell = (fraction: number, detail?: string) =>
        report({ progress: { stage: 'synthesize', language, fraction, ...(detail ? { detail } : {}) } });
      const onLoaded = (fraction: number) => tell(loading * fraction, 'load');
      const speaking =
        fitted === undefined
          ? await bases.get(language, onLoaded)
          : matchedBase(await bases.getFitted(onLoaded), fitted, voice?.take);
      const spoken = clones ? loading + (1 - loading) * BASE_SHARE : 1;
      const speech = await synthesize(text, language, speaking, (fraction) =>
        tell(loading + (spoken - loading) * fraction)
      );
      const result =
        speech.fidelity === 'matched'
          ? speech
          : await inOwnVoice(speech, voice, ownVoices, (fraction) => tell(spoken + (1 - spoken) * fraction));
      return moved(result, [result.audio.samples.buffer]);
    },

    /** What OpenVoice makes of a person's clips: 256 numbers. */
    async enrolVoice(clips: Audio[], report: Report): Promise<Float32Array> {
      if (!openVoice) throw new TimbreError('model/missing', 'the model that clones voices is not here');
      const tone = await openVoice.enrol(clips, (fraction) =>
        report({ progress: { stage: 'synthesize', fraction } })
      );
      return moved(tone, [tone.buffer]);
    }
  };
});
