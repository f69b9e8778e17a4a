/**
 * A GPU with a broken kernel, stood in for by WASM with other weights: each file's self-test finds it out. That the stage
 * then goes on without the GPU is `webgpu.webgpu.spec.ts`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { spoiled } from './runtime/spoil.testing';
import { FIXTURES, fetchFromDisk, fullPrecision, MODEL_BASE, nodeConfig } from './runtime/testing';
import { loadConfig as loadChatterboxConfig } from './synthesize/engines/chatterbox/config';
import {
  loadSpeakingGraphs as loadChatterbox,
  loadSpeechEncoder
} from './synthesize/engines/chatterbox/graphs';
import { loadToneConverter } from './synthesize/engines/openvoice/toneConverter';
import { loadToneExtractor } from './synthesize/engines/openvoice/toneExtractor';
import type { Pronouncer } from './synthesize/engines/espeak';
import { loadPiper } from './synthesize/engines/piper';
import { loadVoiceEncoder } from './synthesize/engines/pocket/graphs';
import { loadModel as loadWhisper } from './transcribe/engines/whisper/model';
import { loadConfig as loadWhisperConfig } from './transcribe/engines/whisper/config';
import { loadModel as loadSeq2Seq } from './translate/engines/seq2seq/model';
import { loadConfig as loadSeq2SeqConfig } from './translate/engines/seq2seq/config';
import { loadEcapa } from './voice/engines/ecapa/ecapa';

/** The file, without `.onnx`, that “the GPU” computes something else with. */
let broken: string | undefined;

vi.mock('./runtime/session', async (original) => {
  const actual = await original<typeof import('./runtime/session')>();
  const createSession: typeof actual.createSession = (bytes, config, options = {}) => {
    const isBroken = options.device === 'webgpu' && options.name?.endsWith(`/${broken}.onnx`);
    return actual.createSession(isBroken ? spoiled(bytes) : bytes, config, { ...options, device: 'wasm' });
  };
  return { ...actual, createSession };
});

const at = (name: string) => `${MODEL_BASE}fixtures/${name}/`;
const onGpu = nodeConfig({ plan: { devices: ['webgpu', 'wasm'], threads: 1 } });
const ignore = () => undefined;

const chatterbox = async () =>
  loadChatterbox(at('chatterbox'), await loadChatterboxConfig(at('chatterbox')), onGpu);
const whisper = async () => loadWhisper(at('whisper'), await loadWhisperConfig(at('whisper')), onGpu);
const silent: Pronouncer = { phonemes: () => '', complete: async (attempt) => attempt() };
const nllb = async () => loadSeq2Seq(at('nllb'), await loadSeq2SeqConfig(at('nllb')), onGpu);

/** What loads each file that may run on a GPU. */
const LOADS: [file: string, load: () => Promise<unknown>][] = [
  ['whisper/onnx/encoder_model', whisper],
  ['whisper/onnx/decoder_model_merged', whisper],
  ['nllb/onnx/encoder_model', nllb],
  ['nllb/onnx/decoder_model_merged', nllb],
  ['ecapa/onnx/model', () => loadEcapa(at('ecapa'), onGpu)],
  ['openvoice/onnx/tone_clone_model', () => loadToneConverter(at('openvoice'), onGpu)],
  ['openvoice/onnx/tone_color_extract_model', () => loadToneExtractor(at('openvoice'), onGpu)],
  ['piper/onnx/model', () => loadPiper({ folder: at('piper'), name: 'p' }, silent, onGpu)],
  ['chatterbox/onnx/speech_encoder', () => loadSpeechEncoder(at('chatterbox'), onGpu)],
  ['chatterbox/onnx/embed_tokens', chatterbox],
  ['chatterbox/onnx/language_model', chatterbox],
  ['chatterbox/onnx/conditional_decoder', chatterbox],
  ['pocket/onnx/mimi_encoder', () => loadVoiceEncoder(at('pocket'), onGpu, ignore)]
];

beforeEach(() => vi.stubGlobal('fetch', fullPrecision(fetchFromDisk({ fixtures: FIXTURES }))));
afterEach(() => vi.unstubAllGlobals());

test.each(LOADS.filter(([file]) => existsSync(join(FIXTURES, `${file}.onnx`))))(
  '%s is found out when it computes something else on a GPU, and trusted when it does not',
  async (file, load) => {
    broken = file;
    await expect(load()).rejects.toMatchObject({
      code: 'model/run-failed',
      message: expect.stringMatching(`${file}.onnx(#patched)? failed its self-test on webgpu`)
    });
    broken = undefined;
    await load();
  },
  120_000
);
