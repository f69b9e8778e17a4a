/**
 * Threads need a cross-origin isolated page. Where the host doesn't send the headers, the service
 * worker adds them, so that the app is isolated from its second page load on.
 */
const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin'
};

/** The same response with the headers that it lacks. Opaque and failed ones are left alone. */
export function isolated(response: Response): Response {
  if (response.type === 'opaque' || response.status === 0) return response;
  if (response.headers.has('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  const bodiless = [101, 204, 205, 304].includes(response.status);
  return new Response(bodiless ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers
  });
}
