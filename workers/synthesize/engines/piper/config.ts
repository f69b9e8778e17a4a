import * as v from 'valibot';
import { TimbreError } from '../../../contract';
import { fetchJson } from '../../../runtime';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const scale = v.pipe(v.number(), v.finite());

const ConfigFile = v.object({
  audio: v.object({ sample_rate: v.pipe(count, v.minValue(8000)) }),
  espeak: v.object({ voice: v.pipe(v.string(), v.nonEmpty()) }),
  /** Voices for Chinese and others may want letters or pinyin instead. */
  phoneme_type: v.optional(v.literal('espeak'), 'espeak'),
  phoneme_id_map: v.intersect([
    v.object({ _: v.array(count), '^': v.array(count), $: v.array(count) }),
    v.record(v.string(), v.pipe(v.array(count), v.minLength(1)))
  ]),
  inference: v.optional(
    v.object({
      noise_scale: v.optional(scale, 0.667),
      length_scale: v.optional(v.pipe(scale, v.gtValue(0)), 1),
      noise_w: v.optional(scale, 0.8)
    }),
    {}
  )
});

/** What the engine needs of a voice's `.onnx.json`. */
export interface PiperConfig {
  sampleRateHz: number;
  /** eSpeak's name for what the voice was trained on, e.g. `en-us`. */
  espeakVoice: string;
  phonemeIds: ReadonlyMap<string, readonly number[]>;
  /** How much the sound varies, how slowly it is spoken, how much the lengths of phonemes vary. */
  scales: { noise: number; length: number; noiseW: number };
}

/** @param folder the voice's absolute URL, ending in `/`. @throws TimbreError 'model/missing', 'model/load-failed', 'network/offline'. */
export async function loadConfig(folder: string): Promise<PiperConfig> {
  return readConfig(await fetchJson(`${folder}config.json`), folder);
}

/** @param name for messages. @throws TimbreError 'model/load-failed'. */
export function readConfig(file: unknown, name: string): PiperConfig {
  const parsed = v.safeParse(ConfigFile, file);
  if (!parsed.success) {
    const where = v.getDotPath(parsed.issues[0]) ?? 'all of it';
    throw new TimbreError('model/load-failed', `${name} is no voice that can be used, see ${where}`);
  }
  const { audio, espeak, phoneme_id_map: ids, inference } = parsed.output;
  return {
    sampleRateHz: audio.sample_rate,
    espeakVoice: espeak.voice,
    phonemeIds: new Map(Object.entries(ids)),
    scales: {
      noise: inference.noise_scale,
      length: inference.length_scale,
      noiseW: inference.noise_w
    }
  };
}
