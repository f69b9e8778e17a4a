/** The worker of the stage `voice`: who speaks. */
import { DEFAULT_MODELS, type Audio } from '../contract';
import { exposeWorker } from '../runtime';
import { moved, type Report } from '../wire';
import { embed } from './embed';
import { loadEcapa, type EcapaEncoder } from './engines/ecapa';

/** Share of the first call that loading the model is. */
const LOADING_SHARE = 0.3;

export const entry = exposeWorker((config) => {
  const models = { ...DEFAULT_MODELS, ...config.models };
  let encoder: EcapaEncoder | undefined;
  return {
    /** @returns 192 numbers, unit length. */
    async embed(audio: Audio, report: Report): Promise<Float32Array> {
      const loading = encoder ? 0 : LOADING_SHARE;
      const tell = (fraction: number) => report({ progress: { stage: 'voice', fraction } });
      encoder ??= await loadEcapa(`${config.modelBase}${models.speakerEncoder}/`, config, (loaded, total) =>
        tell(total > 0 ? (loading * loaded) / total : 0)
      );
      const embedding = await embed(audio, encoder, (fraction) => tell(loading + (1 - loading) * fraction));
      return moved(embedding, [embedding.buffer]);
    }
  };
});
