import * as v from 'valibot';
import { TimbreError } from '../../../contract';
import { fetchJson, fetchOptionalJson } from '../../../runtime';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const ConfigFile = v.object({
  text_config: v.object({
    hidden_size: count,
    num_attention_heads: count,
    num_key_value_heads: v.optional(count),
    head_dim: v.optional(count)
  })
});
const GenerationFile = v.object({ repetition_penalty: v.optional(v.pipe(v.number(), v.minValue(1)), 1.2) });

/** What the engine needs of a model's `config.json` and `generation_config.json`. */
export interface ChatterboxConfig {
  /** Numbers of an embedding. */
  width: number;
  /** Of the keys and values that are kept. */
  heads: number;
  headSize: number;
  /** Of what was said already; 1: none. */
  repetitionPenalty: number;
}

/** @param folder absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadConfig(folder: string): Promise<ChatterboxConfig> {
  const [file, generation] = await Promise.all([
    fetchJson(`${folder}config.json`),
    fetchOptionalJson(`${folder}generation_config.json`)
  ]);
  const config = v.safeParse(ConfigFile, file);
  const settings = v.safeParse(GenerationFile, generation ?? {});
  if (!config.success || !settings.success)
    throw new TimbreError('model/load-failed', `${folder} has no settings of Chatterbox that can be used`);
  const { hidden_size, num_attention_heads, num_key_value_heads, head_dim } = config.output.text_config;
  return {
    width: hidden_size,
    heads: num_key_value_heads ?? num_attention_heads,
    headSize: head_dim ?? hidden_size / num_attention_heads,
    repetitionPenalty: settings.output.repetition_penalty
  };
}
