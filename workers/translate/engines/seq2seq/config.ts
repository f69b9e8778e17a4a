import * as v from 'valibot';
import { TimbreError } from '../../../contract';
import { fetchJson, fetchOptionalJson } from '../../../runtime';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const token = v.union([count, v.pipe(v.array(count), v.minLength(1))]);

const ConfigFile = v.object({
  model_type: v.picklist(['m2m_100', 'marian']),
  d_model: count,
  decoder_layers: count,
  decoder_attention_heads: count,
  max_position_embeddings: v.optional(count, 512),
  vocab_size: count,
  eos_token_id: token,
  pad_token_id: count,
  decoder_start_token_id: v.nullish(count),
  bad_words_ids: v.nullish(v.array(v.array(count)))
});

const GenerationFile = v.object({
  decoder_start_token_id: v.nullish(count),
  eos_token_id: v.nullish(token),
  bad_words_ids: v.nullish(v.array(v.array(count)))
});

/** What the engine needs of a model's config.json and generation_config.json. */
export interface Seq2SeqConfig {
  /** M2M100: one model for many languages, the target named by the first token said. Marian: one model for a pair. */
  layout: 'm2m100' | 'marian';
  modelSize: number;
  layers: number;
  heads: number;
  headSize: number;
  /** Most tokens of a source or of a translation, markers included. */
  maxTokens: number;
  vocabularySize: number;
  startToken: number;
  endToken: number;
  padToken: number;
  /** Single tokens that are never said. */
  forbidden: number[];
}

/** @param folder the model's absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadConfig(folder: string): Promise<Seq2SeqConfig> {
  const [config, generation] = await Promise.all([
    fetchJson(`${folder}config.json`),
    fetchOptionalJson(`${folder}generation_config.json`)
  ]);
  return readConfig(config, generation ?? {});
}

export function readConfig(configFile: unknown, generationFile: unknown): Seq2SeqConfig {
  const config = parse(ConfigFile, configFile, 'config.json');
  const generation = parse(GenerationFile, generationFile, 'generation_config.json');
  const end = generation.eos_token_id ?? config.eos_token_id;
  const endToken = typeof end === 'number' ? end : (end[0] as number);
  const badWords = generation.bad_words_ids ?? config.bad_words_ids ?? [];
  return {
    layout: config.model_type === 'marian' ? 'marian' : 'm2m100',
    modelSize: config.d_model,
    layers: config.decoder_layers,
    heads: config.decoder_attention_heads,
    headSize: config.d_model / config.decoder_attention_heads,
    maxTokens: config.max_position_embeddings,
    vocabularySize: config.vocab_size,
    startToken: generation.decoder_start_token_id ?? config.decoder_start_token_id ?? endToken,
    endToken,
    padToken: config.pad_token_id,
    forbidden: badWords.flatMap((word) => (word.length === 1 ? word : []))
  };
}

function parse<S extends v.GenericSchema>(schema: S, value: unknown, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const where = issue ? `${v.getDotPath(issue) ?? ''} ${issue.message}` : 'not understood';
  throw new TimbreError('model/load-failed', `${file}: ${where}`);
}
