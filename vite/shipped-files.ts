/**
 * The large files that the app serves itself, so that no other host is ever asked: the ONNX runtime,
 * eSpeak NG and its data, the voice-activity weights and the starter models.
 * Served from where they lie in development; emitted under the same paths in a build, with a list
 * (`/offline-files.json`) from which the service worker fills its cache.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { PACKS } from '../workers/synthesize/engines/espeak/packs.ts';
import { espeakPack } from './espeakPacks.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * `app`: code of the workers, which the framework's own list of files leaves out in part.
 * `runtime-gpu`: of use only where there is WebGPU. `runtime-bergamot`: only with models that are fetched.
 */
export type ShippedGroup =
  'app' | 'runtime' | 'runtime-gpu' | 'runtime-bergamot' | 'speech' | 'vad' | 'starter';

/** One line of `/offline-files.json`. */
export interface ShippedFile {
  /** Below the app's base, without a leading slash: `runtime/ort-….wasm`. */
  path: string;
  bytes: number;
  /** Hex SHA-256. */
  sha256: string;
  group: ShippedGroup;
}

interface Source {
  path: string;
  /** Where it lies, or its content if it is made. */
  from: string | (() => Uint8Array);
  group: ShippedGroup;
}

const ORT = 'node_modules/onnxruntime-web/dist';

/**
 * The one build of the runtime's JavaScript. It drives the plain .wasm, and the one that can also use
 * WebGPU: a worker fetches the one that its plan needs. See docs/decisions.
 */
export const RUNTIME_ENTRY = join(root, ORT, 'ort.webgpu.min.mjs');

const FIXED: Source[] = [
  ...['mjs', 'wasm'].map((suffix) => ({
    path: `runtime/ort-wasm-simd-threaded.${suffix}`,
    from: `${ORT}/ort-wasm-simd-threaded.${suffix}`,
    group: 'runtime' as const
  })),
  ...['mjs', 'wasm'].map((suffix) => ({
    path: `runtime/ort-wasm-simd-threaded.asyncify.${suffix}`,
    from: `${ORT}/ort-wasm-simd-threaded.asyncify.${suffix}`,
    group: 'runtime-gpu' as const
  })),
  {
    path: 'runtime/bergamot-translator-worker.wasm',
    from: 'node_modules/@browsermt/bergamot-translator/worker/bergamot-translator-worker.wasm',
    group: 'runtime-bergamot'
  },
  {
    path: 'models/espeak-ng/espeak-ng.wasm',
    from: 'models/espeak-ng/espeak-ng.wasm',
    group: 'speech'
  },
  ...PACKS.map((name) => ({
    path: `models/espeak-ng/${name}.zip`,
    from: () => espeakPack(name),
    group: 'speech' as const
  })),
  {
    path: 'models/vad/silero_vad_v6_whole.onnx',
    from: 'models/vad/silero_vad_v6_whole.onnx',
    group: 'vad'
  }
];

/** Cards and training notes lie beside the weights but aren't needed to run them. */
const SHIPPED_SUFFIX = /\.(onnx|json|txt|bin|onnx_data)$/;

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = join(folder, entry.name);
    return entry.isDirectory() ? walk(at) : [at];
  });
}

/** Everything to serve, as it lies on disk now. */
function sources(): Source[] {
  const starter = join(root, 'models/starter');
  const models = existsSync(starter) ? walk(starter).filter((file) => SHIPPED_SUFFIX.test(file)) : [];
  return [
    ...FIXED.map((source) => ({
      ...source,
      from: typeof source.from === 'string' ? join(root, source.from) : source.from
    })),
    ...models.map((file) => ({
      path: posix.join('models/starter', relative(starter, file).split(sep).join('/')),
      from: file,
      group: 'starter' as const
    }))
  ];
}

const contentOf = (from: Source['from']) => (typeof from === 'string' ? readFileSync(from) : from());

const MIME: Record<string, string> = {
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  json: 'application/json',
  txt: 'text/plain; charset=utf-8'
};

/** Serves the files in development and emits them into the client's build. */
export function shippedFiles(): Plugin {
  let isClientBuild = false;
  let base = '/';
  return {
    name: 'timbre:shipped-files',
    configResolved(config) {
      isClientBuild = config.command === 'build' && !config.build.ssr;
      base = config.base.startsWith('/') ? config.base : '/';
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = decodeURIComponent((request.url ?? '').split('?')[0] ?? '').slice(base.length);
        if (!/^(runtime|models)\//.test(path)) return next();
        const fixture = path.startsWith('models/fixtures/')
          ? join(root, 'tests/fixtures/models', posix.normalize(path.slice('models/fixtures/'.length)))
          : undefined;
        const from = fixture ?? sources().find((source) => source.path === path)?.from;
        if (!from || (typeof from === 'string' && (from.includes('..') || !existsSync(from)))) {
          response.statusCode = 404;
          return void response.end();
        }
        const content = contentOf(from);
        response.setHeader('Content-Type', MIME[path.split('.').pop() ?? ''] ?? 'application/octet-stream');
        response.setHeader('Content-Length', content.length);
        response.end(content);
      });
    },
    generateBundle: {
      // After the workers' files were added.
      order: 'post',
      handler(_, bundle) {
        if (!isClientBuild) return;
        const describe = (path: string, content: Uint8Array | string, group: ShippedGroup): ShippedFile => ({
          path,
          bytes: Buffer.byteLength(content),
          sha256: createHash('sha256').update(content).digest('hex'),
          group
        });
        const workers = Object.values(bundle)
          .filter((output) => /(^|\/)workers\//.test(output.fileName) && !output.fileName.endsWith('.map'))
          .map((output) =>
            describe(output.fileName, output.type === 'asset' ? output.source : output.code, 'app')
          );
        const shipped = sources().map(({ path, from, group }) => {
          const source = contentOf(from);
          this.emitFile({ type: 'asset', fileName: path, source });
          return describe(path, source, group);
        });
        const list = JSON.stringify([...workers, ...shipped], null, 1);
        this.emitFile({ type: 'asset', fileName: 'offline-files.json', source: list });
      }
    }
  };
}
