import type { Remote } from 'comlink';
import { SPEECH_RATE_HZ, TimbreError } from '../../../workers/contract';
import type { DecodeApi, DecodedAudio } from '../../../workers/decode';
import { unwrap } from './outcome';
import type { Watchdog } from './watchdog';

/** `decodeAudioData` holds all samples at full rate; where the length is unknown, this bounds them. */
const MAX_UNKNOWN_BYTES = 16 * 1024 * 1024;
/** Uncompressed: samples in memory are at most four times the file. */
const PLAIN_CONTAINERS = ['wav', 'aiff', 'au', 'caf'];
/** What the page copies in one go: about a millisecond of work. */
const BLOCK_FRAMES = 1 << 17;

/**
 * Decodes with `decodeAudioData`; the worker behind `api` mixes and converts.
 * @throws TimbreError `audio/unsupported` when the browser cannot decode it, and what the worker says.
 */
export async function decodeWithBrowser(
  blob: Blob,
  container: string,
  head: Uint8Array,
  api: Remote<DecodeApi>,
  watchdog: Watchdog,
  maxMs: number
): Promise<DecodedAudio> {
  if (blob.size > MAX_UNKNOWN_BYTES && !PLAIN_CONTAINERS.includes(container))
    throw new TimbreError('audio/unsupported', 'Too large for the browser’s own decoder.');
  const buffer = await watchdog.guard(decodeAll(blob, guessRateHz(container, head)));
  if (buffer.duration * 1000 > maxMs)
    throw new TimbreError('audio/too-long', `${buffer.duration} s of sound.`);
  const mixed = await hand(buffer, null, api, watchdog, maxMs);
  const samples = typeof mixed === 'number' ? await hand(buffer, mixed, api, watchdog, maxMs) : mixed;
  if (typeof samples === 'number') throw new TimbreError('audio/damaged', 'No channel holds sound.');
  return {
    samples,
    sampleRateHz: SPEECH_RATE_HZ,
    durationMs: (samples.length / SPEECH_RATE_HZ) * 1000,
    container,
    codec: 'unknown',
    sourceRateHz: buffer.sampleRate,
    sourceChannels: buffer.numberOfChannels,
    warnings: [],
    decodedBy: 'browser'
  };
}

async function decodeAll(blob: Blob, rateHz: number): Promise<AudioBuffer> {
  if (typeof OfflineAudioContext === 'undefined')
    throw new TimbreError('audio/unsupported', 'No Web Audio here.');
  const context = new OfflineAudioContext(1, 1, rateHz);
  try {
    return await context.decodeAudioData(await blob.arrayBuffer());
  } catch (cause) {
    throw new TimbreError('audio/unsupported', `The browser cannot decode it: ${String(cause)}`, { cause });
  }
}

/** `decodeAudioData` converts to its context's rate; the file's own rate spares that. 48 kHz where unknown. */
function guessRateHz(container: string, head: Uint8Array): number {
  if (container !== 'wav' || head.length < 28) return 48_000;
  const rateHz = new DataView(head.buffer, head.byteOffset).getUint32(24, true);
  return rateHz >= 8000 && rateHz <= 96_000 ? rateHz : 48_000;
}

async function hand(
  buffer: AudioBuffer,
  channel: number | null,
  api: Remote<DecodeApi>,
  watchdog: Watchdog,
  maxMs: number
): Promise<Float32Array<ArrayBuffer> | number> {
  await watchdog.guard(api.beginPcm(maxMs, channel));
  for (let from = 0; from < buffer.length; from += BLOCK_FRAMES) {
    const block = Array.from({ length: buffer.numberOfChannels }, (_, index) => {
      const part = new Float32Array(Math.min(BLOCK_FRAMES, buffer.length - from));
      buffer.copyFromChannel(part, index, from);
      return part;
    });
    unwrap(await watchdog.guard(api.pushPcm(block, buffer.sampleRate)));
  }
  return unwrap(await watchdog.guard(api.finishPcm()));
}
