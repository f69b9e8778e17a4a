/** An Ogg page is at most this long: 27 + 255 + 255 · 255 bytes (RFC 3533, 6). */
const MAX_PAGE_BYTES = 65_307;
const HEADER_BYTES = 27;

/**
 * Where the last whole page of an Ogg file ends: the file's length, or less when it was cut off. The
 * library loses several pages before a last one that is not all there.
 */
export function wholePagesLength(bytes: Uint8Array): number {
  const from = Math.max(0, bytes.length - MAX_PAGE_BYTES);
  for (let at = bytes.length - 4; at >= from; at--) {
    // "OggS"
    if (bytes[at] !== 0x4f || bytes[at + 1] !== 0x67 || bytes[at + 2] !== 0x67 || bytes[at + 3] !== 0x53)
      continue;
    const segments = bytes[at + HEADER_BYTES - 1];
    if (segments === undefined) return at;
    const table = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + segments);
    const body = table.reduce((sum, length) => sum + length, 0);
    const isWhole = table.length === segments && at + HEADER_BYTES + segments + body <= bytes.length;
    return isWhole ? bytes.length : at;
  }
  return bytes.length;
}
