/** The four files of the model, each tested on its device before it is used. */
import type { WorkerConfig } from '../../../contract';
import { floats, integers, loadWeights, type Session } from '../../../runtime';
import { bytesAs, shareOf, type OnFraction } from '../../fractions';
import type { ChatterboxConfig } from './config';
import { BANDS, EXAGGERATION, RATE_HZ, SILENCE, SPEAKER_SIZE, START_SPEECH } from './layout';
import { decoderFeeds, embedFeeds, emptyPast, isPresent, positionsOf } from './speechModel';

/** What the catalogue has comes first; 8 bits were not seen to work anywhere. */
const VARIANTS = ['_q4', '', '_q4f16', '_fp16'] as const;

/** `audio_values` [1, samples] → `audio_features`, `audio_tokens`, `speaker_embeddings`, `speaker_features`. */
export function loadSpeechEncoder(
  folder: string,
  config: WorkerConfig,
  onFraction?: OnFraction
): Promise<Session> {
  const file = {
    name: 'speech_encoder',
    variants: VARIANTS,
    onBytes: bytesAs(onFraction),
    selfTest: hearing
  };
  return loadWeights(folder, file, config);
}

export interface SpeakingGraphs {
  embedder: Session;
  decoder: Session;
  /** `speech_tokens`, `speaker_embeddings`, `speaker_features` → `waveform` [1, samples]. */
  vocoder: Session;
}

/** Of the three files' bytes, where they end. */
const PARTS = { embedder: 0.05, decoder: 0.6, vocoder: 1 };

export async function loadSpeakingGraphs(
  folder: string,
  model: ChatterboxConfig,
  config: WorkerConfig,
  onFraction?: OnFraction
): Promise<SpeakingGraphs> {
  const load = (
    name: string,
    selfTest: (session: Session) => SelfTest | undefined,
    from: number,
    to: number,
    keepOnDevice?: (output: string) => boolean
  ) =>
    loadWeights(
      folder,
      {
        name,
        variants: VARIANTS,
        onBytes: bytesAs(shareOf(onFraction, from, to)),
        keepOnDevice,
        selfTest
      },
      config
    );
  const embedder = await load('embed_tokens', embedding, 0, PARTS.embedder);
  const decoder = await load(
    'language_model',
    (session) => scoring(session, model),
    PARTS.embedder,
    PARTS.decoder,
    isPresent
  );
  const vocoder = await loadVocoder(folder, config, (fraction) =>
    onFraction?.(PARTS.decoder + (PARTS.vocoder - PARTS.decoder) * fraction)
  );
  return { embedder, decoder, vocoder };
}

/**
 * A vocoder may draw noise inside its graph. No two of its runs are then alike, and there is nothing to compare: what
 * it says is looked at each time instead.
 */
function loadVocoder(folder: string, config: WorkerConfig, onFraction: OnFraction): Promise<Session> {
  let isNoisy = false;
  return loadWeights(
    folder,
    {
      name: 'conditional_decoder',
      variants: VARIANTS,
      onBytes: bytesAs(onFraction),
      patch(graph) {
        isNoisy = drawsNoise(graph);
        return graph;
      },
      selfTest: () => (isNoisy ? undefined : sounding())
    },
    config
  );
}

const NOISE = ['RandomNormal', 'RandomUniform'].map((name) => new TextEncoder().encode(name));

/** Whether a graph has an operator that draws: its name stands in the file. */
export function drawsNoise(graph: Uint8Array): boolean {
  return NOISE.some((name) => {
    for (let at = graph.indexOf(name[0] ?? 0); at >= 0; at = graph.indexOf(name[0] ?? 0, at + 1))
      if (name.every((letter, i) => graph[at + i] === letter)) return true;
    return false;
  });
}

interface SelfTest {
  feeds: Parameters<Session['run']>[0];
  outputs: string[];
}

const wave = (length: number, step: number, level = 0.3) =>
  Float32Array.from({ length }, (_, i) => level * Math.sin(step * i) * Math.cos(0.0007 * i));

/** A second of something like a voice. */
function hearing(): SelfTest {
  const samples = Float32Array.from({ length: RATE_HZ }, (_, i) => {
    const t = (2 * Math.PI * i) / RATE_HZ;
    return (
      0.1 *
      (0.6 + 0.4 * Math.sin(4 * t)) *
      [1, 2, 3, 5].reduce((sum, k) => sum + Math.sin(140 * k * t) / k, 0)
    );
  });
  return {
    feeds: { audio_values: floats(samples, [1, samples.length]) },
    outputs: ['audio_features', 'speaker_embeddings', 'speaker_features']
  };
}

/** The marks around a text of three letters, and the start of speech. */
function embedding(): SelfTest {
  const ids = [EXAGGERATION, 255, 40, 41, 42, 0, START_SPEECH];
  return { feeds: embedFeeds(ids, positionsOf(ids)), outputs: ['inputs_embeds'] };
}

/** Three embeddings behind two that are kept. */
function scoring(session: Session, model: ChatterboxConfig): SelfTest {
  const { width } = model;
  return {
    feeds: decoderFeeds(wave(3 * width, 0.9), width, 5, emptyPast(session, model, 2)),
    outputs: ['logits']
  };
}

/** Half a second, in the voice of a whole one. */
function sounding(): SelfTest {
  const tokens = Array.from({ length: 25 + 12 }, (_, i) =>
    i % 5 === 4 ? SILENCE : (i * 577) % START_SPEECH
  );
  return {
    feeds: {
      speech_tokens: integers(tokens, [1, tokens.length]),
      speaker_embeddings: floats(wave(SPEAKER_SIZE, 1.3), [1, SPEAKER_SIZE]),
      speaker_features: floats(wave(50 * BANDS, 0.37, 2), [1, 50, BANDS])
    },
    outputs: ['waveform']
  };
}
