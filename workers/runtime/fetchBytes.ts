import { TimbreError } from '../contract';

/** @param loaded bytes so far. @param total bytes in all, or 0 when the server doesn't say. */
export type OnBytes = (loaded: number, total: number) => void;

/** @param path `owner/name/…` in the model library. @throws TimbreError 'model/missing', 'storage/failed'. */
export type ReadStored = (path: string, onBytes?: OnBytes) => Promise<Uint8Array<ArrayBuffer>>;

let library: { prefix: string; read: ReadStored } | undefined;

/**
 * From now on, URLs below `${modelBase}hub/` are files of the model library on this device, and never fetched.
 * A worker says so once, before it loads anything; the library's code is loaded with its first file.
 */
export function mountLibrary(
  modelBase: string,
  read: ReadStored = async (path, onBytes) => (await import('../library')).readStored(path, onBytes)
): void {
  library = { prefix: `${modelBase}hub/`, read };
}

/** What reads a URL's file from the library; undefined for all other URLs. */
function stored(url: string, onBytes?: OnBytes): Promise<Uint8Array<ArrayBuffer>> | undefined {
  if (!library || !url.startsWith(library.prefix)) return undefined;
  return library.read(decodeURIComponent(url.slice(library.prefix.length)), onBytes);
}

/**
 * A file's bytes, read as a stream into one buffer of the announced size (so that it is never in memory
 * twice), with progress. Caching is the service worker's work. Below `hub/` (`mountLibrary`): the library's file.
 * @throws TimbreError 'model/missing' (no such file), 'network/offline' (not reachable), 'model/load-failed',
 * 'storage/failed' (the library).
 */
export async function fetchBytes(
  url: string,
  onBytes?: OnBytes,
  fetcher: typeof fetch = fetch
): Promise<Uint8Array<ArrayBuffer>> {
  const own = stored(url, onBytes);
  if (own) return own;
  const response = await get(url, fetcher);
  const announced = response.headers.has('Content-Encoding')
    ? 0
    : Number(response.headers.get('Content-Length') ?? 0);
  try {
    if (!response.body) return new Uint8Array(await response.arrayBuffer());
    return await readAll(response.body, announced, onBytes);
  } catch (cause) {
    throw new TimbreError('model/load-failed', `${url} broke off while loading`, { cause });
  }
}

/** A JSON file. Errors as for `fetchBytes`. */
export async function fetchJson(url: string, fetcher: typeof fetch = fetch): Promise<unknown> {
  const own = stored(url);
  const response = own ? new Response(await own) : await get(url, fetcher);
  try {
    return await response.json();
  } catch (cause) {
    throw new TimbreError('model/load-failed', `${url} is not JSON`, { cause });
  }
}

/** A JSON file that a model may leave out: undefined when there is none. */
export async function fetchOptionalJson(url: string, fetcher: typeof fetch = fetch): Promise<unknown> {
  try {
    return await fetchJson(url, fetcher);
  } catch (error) {
    if (error instanceof TimbreError && error.code === 'model/missing') return undefined;
    throw error;
  }
}

async function get(url: string, fetcher: typeof fetch): Promise<Response> {
  let response: Response;
  try {
    response = await fetcher(url);
  } catch (cause) {
    throw new TimbreError('network/offline', `${url} could not be reached`, { cause });
  }
  // A static host answers an unknown path with the app's own page.
  const isPage = response.headers.get('Content-Type')?.startsWith('text/html') ?? false;
  if (response.status === 404 || response.status === 410 || (response.ok && isPage)) {
    throw new TimbreError('model/missing', `there is no ${url}`);
  }
  if (!response.ok) throw new TimbreError('model/load-failed', `${url} answered ${response.status}`);
  return response;
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  announced: number,
  onBytes?: OnBytes
): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(announced > 0 ? announced : 1 << 20);
  let loaded = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (loaded + value.length > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, loaded + value.length));
      larger.set(buffer.subarray(0, loaded));
      buffer = larger;
    }
    buffer.set(value, loaded);
    loaded += value.length;
    onBytes?.(loaded, announced);
  }
  if (announced > 0 && loaded < announced) throw new Error(`${loaded} of ${announced} bytes came`);
  return loaded === buffer.length ? buffer : buffer.slice(0, loaded);
}
