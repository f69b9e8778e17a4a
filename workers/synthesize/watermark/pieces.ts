/** Sound in frames, as both graphs take it, and long sound in pieces, so that the memory of one run has a limit. */
import { SPEECH_RATE_HZ } from '../../contract';

export const RATE_HZ = SPEECH_RATE_HZ;
/** The graphs take whole frames: 20 ms. */
export const HOP = 320;

/** What one run takes at most, in frames: 10 s, some 100 MB at the published size. */
export const LONGEST_RUN = 500;
/**
 * What a run hears on either side of its piece, in frames: 1 s. The convolutions reach 0.3 s; the LSTM between them
 * forgets slowly, but what it heard before that second changes the mark by less than a ten-thousandth.
 */
const CONTEXT = 50;

export interface RunOptions {
  /** Share of the sound that is done. */
  onFraction?: ((fraction: number) => void) | undefined;
  /** In frames; default `LONGEST_RUN`. */
  longestRun?: number | undefined;
}

/** In frames. */
export interface Piece {
  from: number;
  to: number;
  /** What the run hears for it. */
  heard: { from: number; to: number };
}

/** Pieces of even length that follow one another, each heard in at most `longest` frames. */
export function piecesOf(frames: number, longest: number): Piece[] {
  if (frames <= longest) return [{ from: 0, to: frames, heard: { from: 0, to: frames } }];
  const count = Math.ceil(frames / (longest - 2 * CONTEXT));
  const border = (i: number) => Math.round((i * frames) / count);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [border(i), border(i + 1)];
    return { from, to, heard: { from: Math.max(0, from - CONTEXT), to: Math.min(frames, to + CONTEXT) } };
  });
}

/** With silence behind it up to a whole number of frames, one at least. */
export function wholeFrames(samples: Float32Array): Float32Array {
  const whole = new Float32Array(Math.max(1, Math.ceil(samples.length / HOP)) * HOP);
  whole.set(samples);
  return whole;
}

/** Something like speech, for comparing devices. */
export function testSound(frames: number): Float32Array {
  return Float32Array.from(
    { length: frames * HOP },
    (_, i) => 0.2 * Math.sin(0.05 * i) * Math.cos(0.0031 * i) + 0.05 * Math.sin(0.9 * i)
  );
}
