import lameUrl from './lame/lame.wasm?url';
import { Lame } from './lame/program';
import type { MpegRate } from './mpegRates';

/** A frame stands alone with its header: what a container counts and times. */
export interface Mp3Frame {
  bytes: Uint8Array;
  /** Place and length in seconds. */
  timestamp: number;
  duration: number;
}

let lame: Promise<Lame> | undefined;

/** Compiled once for a worker: a speech of a few seconds is written in less time than that takes. */
function loadLame(): Promise<Lame> {
  lame ??= WebAssembly.compileStreaming(fetch(lameUrl))
    .then((module) => new Lame(module))
    .catch((error: unknown) => {
      lame = undefined;
      throw error;
    });
  return lame;
}

/**
 * MP3 frames of constant bit rate, by LAME.
 * @param samples mono, −1…1. @param onProgress part done, 0…1.
 */
export async function* mp3Frames(
  samples: Float32Array,
  rateHz: MpegRate,
  kbits: 32 | 48 | 64,
  onProgress: (fraction: number) => void
): AsyncGenerator<Mp3Frame> {
  const encoder = await loadLame();
  encoder.begin(rateHz, kbits);
  const split = frameSplitter();
  for (let from = 0; from < samples.length; from += rateHz) {
    yield* split(encoder.encode(samples.subarray(from, from + rateHz)));
    onProgress(Math.min(1, (from + rateHz) / samples.length));
  }
  yield* split(encoder.end());
}

/** Gives the whole frames of a stream that comes in pieces; what is left of one waits for the next piece. */
export function frameSplitter(): (piece: Uint8Array) => Generator<Mp3Frame> {
  let rest: Uint8Array = new Uint8Array(0);
  let timestamp = 0;
  return function* (piece) {
    const stream = new Uint8Array(rest.length + piece.length);
    stream.set(rest);
    stream.set(piece, rest.length);
    let at = 0;
    while (at + 4 <= stream.length) {
      const { length, duration } = frameAt(stream, at);
      if (at + length > stream.length) break;
      yield { bytes: stream.subarray(at, at + length), timestamp, duration };
      timestamp += duration;
      at += length;
    }
    rest = stream.subarray(at);
  };
}

/** Hz; half of it for MPEG-2, a quarter for MPEG-2.5. */
const RATES_HZ = [44_100, 48_000, 32_000];
/** kbit/s of layer III, from the index 1 on. */
const KBITS = {
  mpeg1: [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
};
const RATE_DIVISOR: Record<number, number> = { 3: 1, 2: 2, 0: 4 };

/**
 * A layer III frame's length in bytes and seconds, by its header: ISO/IEC 11172-3, 2.4.1.3 and 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3
 * for the halved rates. @throws Error where no frame begins.
 */
function frameAt(stream: Uint8Array, at: number): { length: number; duration: number } {
  const [sync = 0, version = 0, rates = 0] = stream.subarray(at, at + 3);
  const divisor = RATE_DIVISOR[(version >> 3) & 3];
  const isLayer3 = ((version >> 1) & 3) === 1;
  const kbits = (divisor === 1 ? KBITS.mpeg1 : KBITS.mpeg2)[(rates >> 4) - 1];
  const rate = RATES_HZ[(rates >> 2) & 3];
  if (sync !== 0xff || version >> 5 !== 7 || !isLayer3 || !divisor || !kbits || !rate)
    throw new Error(`no MP3 frame at byte ${at}`);
  const rateHz = rate / divisor;
  const samples = divisor === 1 ? 1152 : 576;
  const padding = (rates >> 1) & 1;
  return {
    length: Math.floor(((samples / 8) * kbits * 1000) / rateHz) + padding,
    duration: samples / rateHz
  };
}
