/** For tests in Node: where the runtime's files lie there, and models from disk under a made-up origin. */
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { WorkerConfig } from '../contract';

const ortFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/webgpu'));
const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Tiny random models in the hub's layout. */
export const FIXTURES = join(root, 'tests/fixtures/models');
/** The models that the app ships. */
export const STARTER_MODELS = join(root, 'models/starter');
/** The voice-activity weights that the app ships. */
export const VAD_FILE = join(root, 'models/vad/silero_vad_v6_whole.onnx');
/** As published: one hop a run. */
export const PUBLISHED_VAD_FILE = join(root, 'node_modules/@ricky0123/vad-web/dist/silero_vad_v6.onnx');

export const MODEL_BASE = 'http://models.test/';

/** A plan of one WASM thread. */
export function nodeConfig(change: Partial<WorkerConfig> = {}): WorkerConfig {
  return {
    plan: { devices: ['wasm'], threads: 1 },
    runtimeBase: `${pathToFileURL(ortFolder).href}/`,
    modelBase: MODEL_BASE,
    ...change
  };
}

/**
 * A `fetch` that answers `MODEL_BASE` from folders on disk: `{ fixtures: FIXTURES }` for `http://models.test/fixtures/…`;
 * or from what makes a file of its path in the folder.
 */
export function fetchFromDisk(
  mounts: Record<string, string | ((path: string) => Uint8Array | undefined)>
): typeof fetch {
  return async (input) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const [, mount = '', ...rest] = pathname.split('/');
    const base = mounts[mount];
    const bytes = typeof base === 'string' ? fileAt(normalize(join(base, ...rest))) : base?.(rest.join('/'));
    if (!bytes) return new Response('', { status: 404 });
    return new Response(Uint8Array.from(bytes), { headers: { 'Content-Length': String(bytes.length) } });
  };
}

const fileAt = (path: string) => (existsSync(path) ? readFileSync(path) : undefined);

/** Without 8-bit weights: 8-bit activations are scaled by all that is computed at once, so steps would differ from a whole. */
export function fullPrecision(disk: typeof fetch): typeof fetch {
  return (input, init) =>
    String(input).includes('_quantized')
      ? Promise.resolve(new Response('', { status: 404 }))
      : disk(input, init);
}
