import type { AudioTags } from './types';

/**
 * Mono 16-bit PCM WAV with a RIFF INFO list. Written here, because the library's INFO list drops every
 * text that is not Latin-1 and has no language; readers (FFmpeg, browsers, players) take UTF-8.
 * Format: Multimedia Programming Interface and Data Specifications 1.0 (1991), chapters 2 and 3.
 *
 * @param samples mono, −1…1; what lies beyond is clipped. @param rateHz whole Hz.
 */
export function encodeWav(samples: Float32Array, rateHz: number, tags: AudioTags): ArrayBuffer {
  const info = infoList(tags);
  const dataBytes = 2 * samples.length;
  const file = new ArrayBuffer(44 + info.length + dataBytes);
  const view = new DataView(file);
  const ascii = (at: number, text: string) => {
    for (let i = 0; i < text.length; i++) view.setUint8(at + i, text.charCodeAt(i));
  };
  ascii(0, 'RIFF');
  view.setUint32(4, file.byteLength - 8, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rateHz, true);
  view.setUint32(28, 2 * rateHz, true); // bytes for each second
  view.setUint16(32, 2, true); // bytes for each frame
  view.setUint16(34, 16, true); // bits for each sample
  new Uint8Array(file).set(info, 36);
  const dataAt = 36 + info.length;
  ascii(dataAt, 'data');
  view.setUint32(dataAt + 4, dataBytes, true);
  let at = dataAt + 8;
  for (const sample of samples) {
    view.setInt16(at, Math.round(Math.min(1, Math.max(-1, sample)) * 32_767), true);
    at += 2;
  }
  return file;
}

/** A `LIST` chunk of zero-terminated UTF-8 texts, or nothing when there are no tags. */
function infoList(tags: AudioTags): Uint8Array {
  const entries: [id: string, text: string | undefined][] = [
    ['INAM', tags.title],
    ['IART', tags.artist],
    ['ILNG', tags.language],
    ['ICMT', tags.comment]
  ];
  const encoder = new TextEncoder();
  const body: number[] = [];
  for (const [id, text] of entries) {
    if (!text) continue;
    const bytes = encoder.encode(`${text}\0`);
    body.push(...encoder.encode(id), ...littleEndian(bytes.length), ...bytes);
    // Chunks begin at even places.
    if (bytes.length % 2 === 1) body.push(0);
  }
  if (body.length === 0) return new Uint8Array(0);
  return new Uint8Array([
    ...encoder.encode('LIST'),
    ...littleEndian(4 + body.length),
    ...encoder.encode('INFO'),
    ...body
  ]);
}

function littleEndian(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}
