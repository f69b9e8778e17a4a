import { TimbreError, type WorkerConfig } from '../../../contract';
import { floatData, floats, loadWeights, type OnBytes, type Session } from '../../../runtime';
import { FbankExtractor, MEL_BANDS } from './fbank';

export const EMBEDDING_SIZE = 192;

/** ECAPA-TDNN in WeSpeaker's layout: `feats` [B, T, 80] → `embs` [B, 192]. */
export class EcapaEncoder {
  private readonly fbank = new FbankExtractor();

  constructor(private readonly session: Session) {}

  /**
   * What the model says of one stretch of speech, of whatever length.
   * @param samples mono, 16 kHz, at least one frame.
   */
  async encode(samples: Float32Array): Promise<Float32Array> {
    const { data, frames } = this.fbank.extract(samples);
    const [input = 'feats'] = this.session.inputNames;
    const [output = 'embs'] = this.session.outputNames;
    const outputs = await this.session.run({ [input]: floats(data, [1, frames, MEL_BANDS]) }, [output]);
    const embedding = floatData(outputs[output], output);
    if (embedding.length !== EMBEDDING_SIZE || !embedding.every(Number.isFinite)) {
      throw new TimbreError(
        'model/run-failed',
        `the speaker encoder gave ${embedding.length} numbers, or some that are none`
      );
    }
    return embedding;
  }
}

/** One second of numbers in the range of the front end's, for comparing devices. */
function selfTest({ inputNames: [input = 'feats'], outputNames: [output = 'embs'] }: Session) {
  const frames = 100;
  const data = Float32Array.from(
    { length: frames * MEL_BANDS },
    (_, i) => 2 * Math.sin(0.7 * i) * Math.cos(0.013 * i)
  );
  return { feeds: { [input]: floats(data, [1, frames, MEL_BANDS]) }, outputs: [output] };
}

/** @param folder the model's absolute URL, ending in `/`; the weights are `onnx/model….onnx`. */
export async function loadEcapa(
  folder: string,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<EcapaEncoder> {
  return new EcapaEncoder(await loadWeights(folder, { name: 'model', onBytes, selfTest }, config));
}
