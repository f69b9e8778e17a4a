/**
 * A part of a stored response, for players that ask for byte ranges (Safari insists on an answer in kind).
 * @param range the request's `Range` header: `bytes=0-99`, `bytes=100-`, `bytes=-50`
 * @returns 206 with the part, 416 outside the file, or the whole response when the range isn't understood
 */
export async function ranged(response: Response, range: string): Promise<Response> {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!match || (match[1] === '' && match[2] === '')) return response;
  const body = await response.blob();
  const from = match[1] === '' ? Math.max(0, body.size - Number(match[2])) : Number(match[1]);
  const last = match[1] === '' || match[2] === '' ? body.size - 1 : Math.min(Number(match[2]), body.size - 1);
  const headers = new Headers(response.headers);
  // What is stored is already unpacked.
  headers.delete('Content-Encoding');
  if (from > last) {
    headers.set('Content-Range', `bytes */${body.size}`);
    return new Response(null, { status: 416, headers });
  }
  headers.set('Content-Range', `bytes ${from}-${last}/${body.size}`);
  headers.set('Content-Length', String(last - from + 1));
  return new Response(body.slice(from, last + 1), { status: 206, headers });
}
