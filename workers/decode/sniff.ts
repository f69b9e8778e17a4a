/** What a file's first bytes say it is, whatever its name. */
export interface Sniffed {
  container: string;
  /** `audio`: may hold sound. `other`: certainly something else. `unknown`: no mark that we know. */
  kind: 'audio' | 'other' | 'unknown';
}

/** Bytes that `sniff` likes to have. */
export const SNIFF_BYTES = 4096;

const AUDIO_MARKS: [container: string, offset: number, mark: string][] = [
  ['ogg', 0, 'OggS'],
  ['flac', 0, 'fLaC'],
  ['caf', 0, 'caff'],
  ['amr', 0, '#!AMR'],
  ['midi', 0, 'MThd'],
  ['ape', 0, 'MAC '],
  ['wavpack', 0, 'wvpk'],
  ['au', 0, '.snd'],
  ['musepack', 0, 'MPCK'],
  ['musepack', 0, 'MP+'],
  ['dsf', 0, 'DSD '],
  ['asf', 0, '\x30\x26\xB2\x75\x8E\x66\xCF\x11'],
  ['mp4', 4, 'ftyp'],
  ['mp4', 4, 'moov'],
  ['mp4', 4, 'moof'],
  ['mp4', 4, 'styp'],
  ['flv', 0, 'FLV\x01']
];

const OTHER_MARKS: [container: string, mark: string][] = [
  ['pdf', '%PDF-'],
  ['png', '\x89PNG'],
  ['jpeg', '\xFF\xD8\xFF'],
  ['gif', 'GIF8'],
  ['zip', 'PK\x03\x04'],
  ['gzip', '\x1F\x8B'],
  ['html', '<!DOCTYPE'],
  ['html', '<!doctype'],
  ['html', '<html'],
  ['xml', '<?xml'],
  ['wasm', '\0asm'],
  ['elf', '\x7FELF']
];

function has(bytes: Uint8Array, offset: number, mark: string): boolean {
  if (offset + mark.length > bytes.length) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[offset + i] !== mark.charCodeAt(i)) return false;
  return true;
}

/** Length of an ID3v2 tag at `offset`, header included; 0 when there is none. */
function id3Length(bytes: Uint8Array, offset: number): number {
  if (!has(bytes, offset, 'ID3') || offset + 10 > bytes.length) return 0;
  // Four times seven bits.
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((bytes[offset + at] ?? 0) & 0x7f), 0);
  return 10 + size;
}

/** An MPEG audio or ADTS frame's sync word. */
function mpegFrame(bytes: Uint8Array, offset: number): 'mp3' | 'aac' | null {
  const [first, second, third] = [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
  if (first !== 0xff || second === undefined || third === undefined || (second & 0xe0) !== 0xe0) return null;
  if ((second & 0xf6) === 0xf0) return 'aac';
  const version = (second >> 3) & 3;
  const layer = (second >> 1) & 3;
  const bitrate = third >> 4;
  const rate = (third >> 2) & 3;
  return version === 1 || layer === 0 || bitrate === 15 || rate === 3 ? null : 'mp3';
}

function isMostlyText(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  let printable = 0;
  for (const byte of bytes) if (byte >= 32 || byte === 9 || byte === 10 || byte === 13) printable++;
  // UTF-8's upper bytes count as text; sound has control bytes everywhere.
  return printable / bytes.length > 0.99 && !bytes.includes(0);
}

/** @param bytes the file's beginning (all of it, or `SNIFF_BYTES`; more if a long ID3 tag comes first). */
export function sniff(bytes: Uint8Array): Sniffed {
  const start = id3Length(bytes, 0);
  // Tagged, and the sound lies beyond what was given.
  if (start >= bytes.length && start > 0) return { container: 'mp3', kind: 'audio' };
  if (has(bytes, 8, 'WAVE') && (has(bytes, 0, 'RIFF') || has(bytes, 0, 'RIFX') || has(bytes, 0, 'RF64')))
    return { container: 'wav', kind: 'audio' };
  if (has(bytes, 0, 'FORM') && (has(bytes, 8, 'AIFF') || has(bytes, 8, 'AIFC')))
    return { container: 'aiff', kind: 'audio' };
  if (has(bytes, 0, '\x1A\x45\xDF\xA3')) {
    const head = bytes.subarray(0, 64);
    const isWebm = Array.from(head.keys()).some((at) => has(head, at, 'webm'));
    return { container: isWebm ? 'webm' : 'matroska', kind: 'audio' };
  }
  for (const [container, offset, mark] of AUDIO_MARKS)
    if (has(bytes, start + offset, mark)) return { container, kind: 'audio' };
  const frame = mpegFrame(bytes, start);
  if (frame) return { container: frame, kind: 'audio' };
  if (start > 0) return { container: 'mp3', kind: 'audio' };
  if (has(bytes, 0, 'G') && has(bytes, 188, 'G') && has(bytes, 376, 'G'))
    return { container: 'mpeg-ts', kind: 'audio' };
  for (const [container, mark] of OTHER_MARKS) if (has(bytes, 0, mark)) return { container, kind: 'other' };
  if (isMostlyText(bytes.subarray(0, 1024))) return { container: 'text', kind: 'other' };
  return { container: 'unknown', kind: 'unknown' };
}
