import * as v from 'valibot';
import { TimbreError } from '../../../contract';
import { fetchJson } from '../../../runtime';
import type { FeatureShape } from './features';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const tokens = v.nullish(v.array(count), []);

const ConfigFile = v.object({
  vocab_size: count,
  decoder_layers: count,
  decoder_attention_heads: count,
  d_model: count,
  max_source_positions: count,
  max_target_positions: v.optional(count, 448),
  /** The encoder takes windows shorter than its longest and was trained on such. */
  timbre_variable_length: v.optional(v.boolean(), false),
  /** How often the encoder gives each of its positions, so that there are as many as Whisper's. */
  timbre_position_repeats: v.optional(v.pipe(count, v.minValue(1)), 1),
  /** Whether it was trained with text before `<|startofprev|>`; left out: it was, unless it is one of our own. */
  timbre_prompts: v.optional(v.boolean())
});

const GenerationFile = v.object({
  decoder_start_token_id: count,
  eos_token_id: v.union([count, v.pipe(v.array(count), v.minLength(1))]),
  no_timestamps_token_id: v.optional(count),
  suppress_tokens: tokens,
  begin_suppress_tokens: tokens,
  lang_to_id: v.optional(v.record(v.string(), count), {}),
  task_to_id: v.optional(v.record(v.string(), count), {}),
  alignment_heads: v.nullish(v.array(v.tuple([count, count]))),
  max_initial_timestamp_index: v.nullish(count)
});

const PreprocessorFile = v.object({
  feature_size: count,
  n_fft: v.optional(count, 400),
  hop_length: v.optional(count, 160),
  sampling_rate: v.optional(count, 16000),
  chunk_length: count
});

/** All that the engine needs of a model's three configuration files. */
export interface WhisperConfig {
  features: FeatureShape;
  /** Longest window. */
  windowSeconds: number;
  /** Frames of the longest window: 100 a second. */
  windowFrames: number;
  /** Of them only one is kept: attention to several that are the same is attention to one. */
  positionRepeats: number;
  /** Encoder positions a second that are kept. One that isn't repeated is two frames. */
  positionsPerSecond: number;
  variableLength: boolean;
  /** It was trained to be told what was said before. */
  takesPrompts: boolean;
  vocabularySize: number;
  layers: number;
  heads: number;
  headSize: number;
  /** Most tokens the decoder has places for, the prompt included. */
  maxTokens: number;
  startToken: number;
  endToken: number;
  noTimestampsToken: number | undefined;
  transcribeToken: number | undefined;
  suppressed: number[];
  /** Suppressed at the first place after the prompt: the blank and the end. */
  suppressedAtBegin: number[];
  /** ISO code → token. Empty for a model of one language. */
  languageTokens: Map<string, number>;
  /** [layer, head] of the cross-attention heads that follow time; undefined where unknown. */
  alignmentHeads: [layer: number, head: number][] | undefined;
  maxInitialTimestampIndex: number;
}

/** @param folder the model's absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadConfig(folder: string): Promise<WhisperConfig> {
  const files = ['config.json', 'generation_config.json', 'preprocessor_config.json'];
  const [config, generation, preprocessor] = await Promise.all(files.map((file) => fetchJson(folder + file)));
  return readConfig(config, generation, preprocessor);
}

export function readConfig(
  configFile: unknown,
  generationFile: unknown,
  preprocessorFile: unknown
): WhisperConfig {
  const config = parse(ConfigFile, configFile, 'config.json');
  const generation = parse(GenerationFile, generationFile, 'generation_config.json');
  const preprocessor = parse(PreprocessorFile, preprocessorFile, 'preprocessor_config.json');
  const framesPerSecond = preprocessor.sampling_rate / preprocessor.hop_length;
  const end = generation.eos_token_id;
  // Encoders of one length are changed in another way (shortWindows.ts), and none of ours repeats positions.
  const positionRepeats = config.timbre_variable_length ? config.timbre_position_repeats : 1;
  return {
    features: {
      mels: preprocessor.feature_size,
      fftSize: preprocessor.n_fft,
      hopLength: preprocessor.hop_length,
      sampleRateHz: preprocessor.sampling_rate
    },
    windowSeconds: preprocessor.chunk_length,
    windowFrames: preprocessor.chunk_length * framesPerSecond,
    positionRepeats,
    positionsPerSecond: framesPerSecond / 2 / positionRepeats,
    variableLength: config.timbre_variable_length,
    takesPrompts: config.timbre_prompts ?? !config.timbre_variable_length,
    vocabularySize: config.vocab_size,
    layers: config.decoder_layers,
    heads: config.decoder_attention_heads,
    headSize: config.d_model / config.decoder_attention_heads,
    maxTokens: config.max_target_positions,
    startToken: generation.decoder_start_token_id,
    endToken: typeof end === 'number' ? end : (end[0] as number),
    noTimestampsToken: generation.no_timestamps_token_id,
    transcribeToken: generation.task_to_id['transcribe'],
    suppressed: generation.suppress_tokens ?? [],
    suppressedAtBegin: generation.begin_suppress_tokens ?? [],
    languageTokens: new Map(
      Object.entries(generation.lang_to_id).map(([token, id]) => [token.replace(/^<\|(.*)\|>$/, '$1'), id])
    ),
    alignmentHeads: generation.alignment_heads ?? undefined,
    maxInitialTimestampIndex: generation.max_initial_timestamp_index ?? 50
  };
}

function parse<S extends v.GenericSchema>(schema: S, value: unknown, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TimbreError(
    'model/load-failed',
    `${file}: ${issue ? `${v.getDotPath(issue) ?? ''} ${issue.message}` : 'not understood'}`
  );
}
