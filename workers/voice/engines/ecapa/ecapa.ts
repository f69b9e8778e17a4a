import { SPEECH_RATE_HZ, TimbreError, type WorkerConfig } from '../../../contract';
import { floatData, floats, loadWeights, type Feeds, type OnBytes, type Session } from '../../../runtime';
import { MEL_BANDS } from './fbank';
import { loadFrontEnd, type FrontEnd } from './frontEnd';

export const EMBEDDING_SIZE = 192;

/**
 * ECAPA-TDNN: its first input [1, T, 80], or [1, samples] where the export brings the front end along → 192 numbers.
 * A second input is the recording's share of the batch's longest: all of it.
 */
export class EcapaEncoder {
  constructor(
    private readonly session: Session,
    private readonly frontEnd: FrontEnd
  ) {}

  /**
   * What the model says of one stretch of speech, of whatever length.
   * @param samples mono, 16 kHz, at least one frame.
   */
  async encode(samples: Float32Array): Promise<Float32Array> {
    const [output = 'embs'] = this.session.outputNames;
    const outputs = await this.session.run(feedsOf(this.session, samples, this.frontEnd), [output]);
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

function feedsOf(session: Session, samples: Float32Array, frontEnd: FrontEnd): Feeds {
  const [input = 'feats', share] = session.inputNames;
  const whole: Feeds = share === undefined ? {} : { [share]: floats(Float32Array.of(1), [1]) };
  if (session.inputShape(input)?.length === 2)
    return { [input]: floats(samples, [1, samples.length]), ...whole };
  const { data, frames } = frontEnd.extract(samples);
  return { [input]: floats(data, [1, frames, MEL_BANDS]), ...whole };
}

/** One second of something with a pitch that moves, for comparing devices. */
function selfTest(session: Session, frontEnd: FrontEnd) {
  const samples = Float32Array.from(
    { length: SPEECH_RATE_HZ },
    (_, i) => 0.3 * Math.sin(0.05 * i + 3 * Math.sin(i / 900)) * Math.cos(0.0013 * i)
  );
  const {
    outputNames: [output = 'embs']
  } = session;
  return { feeds: feedsOf(session, samples, frontEnd), outputs: [output] };
}

/** @param folder the model's absolute URL, ending in `/`; the weights are `onnx/model….onnx`. */
export async function loadEcapa(
  folder: string,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<EcapaEncoder> {
  const frontEnd = await loadFrontEnd(folder, config.speakerFrontEnd);
  const file = { name: 'model', onBytes, selfTest: (session: Session) => selfTest(session, frontEnd) };
  return new EcapaEncoder(await loadWeights(folder, file, config), frontEnd);
}
