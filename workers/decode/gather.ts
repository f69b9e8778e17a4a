import { TimbreError, SPEECH_RATE_HZ } from '../contract';
import { Resampler } from './resample';
import type { DecodeWarning } from './types';

/** A jump of the file's clock below this is jitter. */
const JITTER_S = 0.05;
/** A longer jump is no pause in speech but a broken clock: it is left out. */
const MAX_GAP_S = 60;
const SILENCE_BLOCK_FRAMES = 48_000;

/**
 * Collects mono blocks of any rate into one recording at 16 kHz, placed by the file's own clock, so that
 * times in it agree with the file's playback. Memory grows with what was really decoded, never with what
 * a header promises.
 */
export class Gatherer {
  private buffer = new ArrayBuffer(4 * SPEECH_RATE_HZ * 30);
  private length = 0;
  private resampler: Resampler | null = null;
  private rateHz = 0;
  /** Seconds of input taken so far. */
  private clock = 0;
  readonly warnings = new Set<DecodeWarning>();

  /** @param maxMs the longest sound to take; more throws `audio/too-long`. */
  constructor(private readonly maxMs: number) {}

  get durationMs(): number {
    return this.clock * 1000;
  }

  /**
   * @param mono samples, −1…1. @param rateHz their rate. @param at where they belong, in seconds from the
   * file's start; before 0 is cut off (encoder delay). Without it: right after the last block.
   */
  push(mono: Float32Array, rateHz: number, at = this.clock): void {
    if (rateHz !== this.rateHz) this.changeRate(rateHz);
    let block = mono;
    if (at < 0 && this.clock === 0) {
      block = mono.subarray(Math.min(mono.length, Math.round(-at * rateHz)));
    } else if (at - this.clock > MAX_GAP_S) {
      this.warnings.add('gaps');
    } else if (at - this.clock > JITTER_S) {
      this.silence(Math.round((at - this.clock) * rateHz));
    }
    this.take(block);
  }

  /** @returns all of it at 16 kHz; the array owns its whole buffer. */
  finish(): Float32Array<ArrayBuffer> {
    if (this.resampler) this.store(this.resampler.flush());
    this.resampler = null;
    this.rateHz = 0;
    return new Float32Array(resize(this.buffer, 4 * this.length));
  }

  private changeRate(rateHz: number): void {
    if (this.resampler) this.store(this.resampler.flush());
    this.resampler = rateHz === SPEECH_RATE_HZ ? null : new Resampler(rateHz, SPEECH_RATE_HZ);
    this.rateHz = rateHz;
  }

  private silence(frames: number): void {
    for (let left = frames; left > 0; left -= SILENCE_BLOCK_FRAMES)
      this.take(new Float32Array(Math.min(left, SILENCE_BLOCK_FRAMES)));
  }

  private take(block: Float32Array): void {
    this.clock += block.length / this.rateHz;
    if (this.clock * 1000 > this.maxMs)
      throw new TimbreError('audio/too-long', `More than ${this.maxMs} ms of sound.`);
    // A broken float file may hold NaN or infinity, which would spread through the filter.
    for (let i = 0; i < block.length; i++) if (!Number.isFinite(block[i])) block[i] = 0;
    this.store(this.resampler ? this.resampler.push(block) : block);
  }

  private store(samples: Float32Array): void {
    const needed = 4 * (this.length + samples.length);
    if (needed > this.buffer.byteLength)
      this.buffer = resize(this.buffer, Math.max(needed, Math.ceil(this.buffer.byteLength * 0.4) * 4));
    new Float32Array(this.buffer).set(samples, this.length);
    this.length += samples.length;
  }
}

/** Moves the bytes where the engine can do so without a second copy. */
function resize(buffer: ArrayBuffer, byteLength: number): ArrayBuffer {
  if (typeof buffer.transfer === 'function') return buffer.transfer(byteLength);
  const other = new ArrayBuffer(byteLength);
  new Uint8Array(other).set(new Uint8Array(buffer, 0, Math.min(buffer.byteLength, byteLength)));
  return other;
}
