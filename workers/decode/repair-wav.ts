/**
 * Programs that write WAV to a pipe cannot go back to fill in the sizes: they leave 0 or all ones, and a
 * cut-off file promises more than it holds. Sets the RIFF size and such a data size to what is there, in
 * place. Sizes that fit stay as they are.
 * @param bytes a whole RIFF WAVE file. @returns whether the data chunk promised (truly, not by all ones)
 * more than there is.
 */
export function repairWavSizes(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || view.getUint32(0) !== 0x52494646 /* RIFF */) return false;
  view.setUint32(4, bytes.length - 8, true);
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = view.getUint32(at);
    const size = view.getUint32(at + 4, true);
    const rest = bytes.length - at - 8;
    if (id === 0x64617461 /* data */) {
      const unknown = size === 0xffffffff || size === 0x7fffffff || (size === 0 && rest > 0);
      if (unknown || size > rest) view.setUint32(at + 4, rest, true);
      return !unknown && size > rest;
    }
    at += 8 + size + (size & 1);
  }
  return false;
}
