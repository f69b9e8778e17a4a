/** Chatterbox's decoding loop by itself on WebGPU, and what crosses between the GPU and memory in it. */
import type { Tensor } from 'onnxruntime-common';
import type { WorkerConfig } from '../../workers/contract';
import { createSession, fetchBytes, type Session } from '../../workers/runtime';
import { loadConfig } from '../../workers/synthesize/engines/chatterbox/config';
import { decodeSpeech } from '../../workers/synthesize/engines/chatterbox/decode';
import { BANDS, SPEAKER_SIZE } from '../../workers/synthesize/engines/chatterbox/layout';
import { likeliest } from '../../workers/synthesize/engines/chatterbox/sampling';
import { isPresent, SpeechModel } from '../../workers/synthesize/engines/chatterbox/speechModel';

export interface Decoded {
  tokens: number[];
  /** For each token: the highest score, and the sum of all of them. */
  scores: [number, number][];
  /** Keys and values that the runs gave, the last ones too. */
  fetched: number;
  /** Of them: on the GPU; not yet disposed in the end; the most that were not at one time. */
  onGpu: number;
  left: number;
  most: number;
  /** How often the GPU's memory was read. */
  reads: number;
}

const TOKENS = 6;
/** The marks around a text of four letters. */
const TEXT = [6563, 255, 705, 57, 64, 57, 64, 0, 6561, 6561];

/** @param keep whether keys and values stay on the GPU. */
export async function decode(keep: boolean): Promise<Decoded> {
  const config: WorkerConfig = {
    plan: { devices: ['webgpu'], threads: 1 },
    runtimeBase: `${location.origin}/runtime/`,
    modelBase: `${location.origin}/models/`
  };
  const folder = `${config.modelBase}full/chatterbox/`;
  const load = async (name: string, isKept?: (output: string) => boolean) =>
    createSession(await fetchBytes(`${folder}onnx/${name}.onnx`), config, { name, keepOnDevice: isKept });
  const embedder = await load('embed_tokens');
  const decoder = await load('language_model', keep ? isPresent : undefined);
  const settings = await loadConfig(folder);
  const watched = watch(decoder);
  const reads = countReads();
  const scores: [number, number][] = [];
  const { width } = settings;
  const voice = {
    features: Float32Array.from({ length: 20 * width }, (_, i) => 0.3 * Math.sin(0.7 * i)),
    width,
    tokens: [1],
    speaker: new Float32Array(SPEAKER_SIZE),
    frames: new Float32Array(BANDS)
  };
  const { tokens } = await decodeSpeech(new SpeechModel(embedder, watched.session, settings), voice, TEXT, {
    choose(all) {
      const finite = all.filter(Number.isFinite);
      scores.push([Math.max(...finite), finite.reduce((sum, x) => sum + x, 0)]);
      return likeliest(all);
    },
    maxTokens: TOKENS
  });
  const told = { tokens, scores, reads: reads(), ...watched.told() };
  await Promise.all([embedder.release(), decoder.release()]);
  return told;
}

function watch(session: Session) {
  const fetched: Tensor[] = [];
  let onGpu = 0;
  let most = 0;
  const left = () => fetched.filter(({ location }) => location !== 'none').length;
  const watched: Session = {
    ...session,
    async run(feeds, fetches) {
      const outputs = await session.run(feeds, fetches);
      const kept = Object.entries(outputs).flatMap(([name, tensor]) => (isPresent(name) ? [tensor] : []));
      fetched.push(...kept);
      onGpu += kept.filter(({ location }) => location === 'gpu-buffer').length;
      most = Math.max(most, left());
      return outputs;
    }
  };
  return { session: watched, told: () => ({ fetched: fetched.length, onGpu, left: left(), most }) };
}

/** Counts from now on. TypeScript's own library doesn't know WebGPU. */
function countReads(): () => number {
  const { GPUBuffer } = globalThis as unknown as {
    GPUBuffer: { prototype: { mapAsync(...args: unknown[]): Promise<void> } };
  };
  const { mapAsync } = GPUBuffer.prototype;
  let reads = 0;
  GPUBuffer.prototype.mapAsync = function (...args) {
    reads++;
    return mapAsync.apply(this, args);
  };
  return () => {
    GPUBuffer.prototype.mapAsync = mapAsync;
    return reads;
  };
}
