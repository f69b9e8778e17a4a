/**
 * Threads need a cross-origin isolated page. Where the host doesn't send the headers, the service
 * worker adds them, so that the app is isolated from its second page load on. What other web apps have
 * of Timbre's has headers of its own. The server sends the same (scripts/serve.mjs).
 */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin'
};

/** A host that is isolated itself takes only frames that are, and that say that they may be taken. */
const FRAME_HEADERS = { ...HEADERS, 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** A page that isolates itself from others loses its opener, the frame that it answers for. */
const WINDOW_HEADERS = {
  'Cross-Origin-Opener-Policy': 'unsafe-none',
  'Cross-Origin-Resource-Policy': 'same-origin'
};

/** A module's script is asked for with CORS from other origins. */
const SCRIPT_HEADERS = { ...FRAME_HEADERS, 'Access-Control-Allow-Origin': '*' };

const OF_PATH = new Map<string, Record<string, string>>([
  ['embed', FRAME_HEADERS],
  ['embed/window', WINDOW_HEADERS],
  ['embed/timbre.js', SCRIPT_HEADERS]
]);

/** @param path below the app's root, without a leading slash. */
export function isolationHeaders(path: string): Record<string, string> {
  return OF_PATH.get(path.replace(/\/$/, '')) ?? HEADERS;
}

/** The same response with the headers that it lacks. Opaque and failed ones are left alone. */
export function isolated(response: Response, path: string): Response {
  if (response.type === 'opaque' || response.status === 0) return response;
  const lacking = Object.entries(isolationHeaders(path)).filter(([name]) => !response.headers.has(name));
  if (lacking.length === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of lacking) headers.set(name, value);
  const bodiless = [101, 204, 205, 304].includes(response.status);
  return new Response(bodiless ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers
  });
}
