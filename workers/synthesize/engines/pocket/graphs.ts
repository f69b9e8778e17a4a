/** The five graphs, each proved on its device before it is used. */
import { TimbreError, type WorkerConfig } from '../../../contract';
import { floats, integers, loadWeights, type Feeds, type Session } from '../../../runtime';
import { bytesAs, shareOf } from '../../fractions';
import { FRAME, LATENT } from './layout';
import { startOf } from './state';

/** As the catalogue's files are called; full precision where a person's own folder has no 8-bit weights. */
const SMALL_FIRST = ['_int8', ''];
/** In caches of a length that the export leaves open. */
const TEST_POSITIONS = 64;

/** What speaking takes. */
export interface SpeakingGraphs {
  /** `token_ids` [1, T] → [1, T, width]. */
  conditioner: Session;
  /** `sequence` [1, S, 32], `text_embeddings` [1, T, width], states → `conditioning` [1, width], `eos_logit` [1, 1], states. */
  main: Session;
  /** `c` [1, width], `s` and `t` [1, 1], `x` [1, 32] → `flow_dir` [1, 32]. */
  flow: Session;
  /** `latent` [1, S, 32], states → `audio_frame` [1, 1, 1920·S], states. */
  decoder: Session;
}

/**
 * They run on WASM whatever the plan: their 8-bit products would go back to the processor from a GPU, and so would the
 * caches, some 50 MB a frame.
 * @throws TimbreError 'model/missing', 'model/load-failed', 'model/run-failed' (a self-test), 'network/offline'.
 */
export async function loadSpeakingGraphs(
  folder: string,
  config: WorkerConfig,
  onFraction: (fraction: number) => void
): Promise<SpeakingGraphs> {
  const onWasm: WorkerConfig = { ...config, plan: { ...config.plan, devices: ['wasm'] } };
  const load = (name: string, from: number, to: number, variants: readonly string[], selfTest: SelfTestOf) =>
    loadWeights(
      folder,
      { name, variants, selfTest, onBytes: bytesAs(shareOf(onFraction, from, to)) },
      onWasm
    );
  // One after another: the memory that loading takes is then that of the largest. Shares of 116 MB.
  const conditioner = await load('text_conditioner', 0, 0.15, ['', '_int8'], (session) => ({
    feeds: { token_ids: integers([3, 1, 2], [1, 3]) },
    outputs: session.outputNames.slice(0, 1)
  }));
  const main = await load('flow_lm_main', 0.15, 0.8, SMALL_FIRST, (session) => ({
    feeds: {
      sequence: wave([1, 1, LATENT]),
      text_embeddings: wave([1, 3, widthOf(session)]),
      ...startOf(session, TEST_POSITIONS)
    },
    outputs: ['conditioning']
  }));
  const width = widthOf(main);
  const flow = await load('flow_lm_flow', 0.8, 0.9, SMALL_FIRST, (session) => ({
    feeds: velocityFeeds(wave([1, width]), 0, 1, wave([1, LATENT])),
    outputs: session.outputNames.slice(0, 1)
  }));
  const decoder = await load('mimi_decoder', 0.9, 1, SMALL_FIRST, (session) => ({
    feeds: { latent: wave([1, 2, LATENT]), ...startOf(session, TEST_POSITIONS) },
    outputs: ['audio_frame']
  }));
  return { conditioner, main, flow, decoder };
}

/** `audio` [1, 1, L] → [1, ⌈L / 1920⌉, width]; on the plan's device. @throws as `loadSpeakingGraphs`. */
export function loadVoiceEncoder(
  folder: string,
  config: WorkerConfig,
  onFraction: (fraction: number) => void
): Promise<Session> {
  const selfTest: SelfTestOf = ({ inputNames: [input = 'audio'], outputNames }) => ({
    feeds: { [input]: wave([1, 1, 2 * FRAME]) },
    outputs: outputNames.slice(0, 1)
  });
  const file = { name: 'mimi_encoder', variants: [''], selfTest, onBytes: bytesAs(onFraction) };
  return loadWeights(folder, file, config);
}

/** Numbers that stand for a token, or a frame of a voice, in the transformer. @throws TimbreError 'model/load-failed'. */
export function widthOf(main: Session): number {
  const width = main.inputShape('text_embeddings')?.[2];
  if (typeof width !== 'number' || width < 1)
    throw new TimbreError('model/load-failed', `flow_lm_main takes embeddings of ${width} numbers`);
  return width;
}

export function velocityFeeds(c: Feeds[string], s: number, t: number, x: Feeds[string]): Feeds {
  return { c, s: floats(Float32Array.of(s), [1, 1]), t: floats(Float32Array.of(t), [1, 1]), x };
}

type SelfTestOf = (session: Session) => { feeds: Feeds; outputs: readonly string[] };

function wave(shape: readonly number[]) {
  const length = shape.reduce((product, size) => product * size, 1);
  return floats(
    Float32Array.from({ length }, (_, i) => Math.sin(0.7 * i) * Math.cos(0.013 * i)),
    shape
  );
}
