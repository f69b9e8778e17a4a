/**
 * Sample rate conversion by a polyphase windowed-sinc filter (Kaiser window).
 *
 * The stop band begins at the lower rate's Nyquist frequency and lies at −90 dB or below, so nothing
 * folds back. The pass band is flat to 0.88 of that frequency (7 kHz at 16 kHz output).
 * Linear phase; the filter's delay is taken out, so times in input and output agree.
 *
 * Window and length: Kaiser's design formulas (Oppenheim and Schafer, Discrete-Time Signal
 * Processing, 3rd ed., 7.5.3): β = 0.1102 (A − 8.7), transition Δf = (A − 7.95) / (14.36 N).
 */

const STOP_BAND_DB = 90;
const KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7);
/** Half of the filter's length, in samples of the lower rate. */
const ZERO_CROSSINGS = 48;
/** Width of the transition band, as a part of the lower rate. */
const TRANSITION = (STOP_BAND_DB - 7.95) / (14.36 * 2 * ZERO_CROSSINGS);
/** More phases than this would cost more memory than they are worth. */
const MAX_PHASES = 1024;

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-14; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * `toHz / fromHz` as a fraction. Exact for all usual rates; where the exact one would need more than
 * `MAX_PHASES` phases, the last convergent of its continued fraction that does not: off by less than
 * one part in a hundred thousand, which moves an hour by some hundredths of a second at most.
 */
function ratioOf(fromHz: number, toHz: number): { up: number; down: number } {
  let [previousUp, up] = [0, 1];
  let [previousDown, down] = [1, 0];
  let [a, b] = [Math.round(toHz), Math.round(fromHz)];
  while (b !== 0) {
    const whole = Math.floor(a / b);
    const nextUp = whole * up + previousUp;
    const nextDown = whole * down + previousDown;
    if (nextUp > MAX_PHASES && down > 0) break;
    [previousUp, up, previousDown, down] = [up, nextUp, down, nextDown];
    [a, b] = [b, a - whole * b];
  }
  return { up, down };
}

/** Converts a stream of mono samples, block by block. */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  /** Input samples that the filter reaches to each side. */
  private readonly reach: number;
  /** `up` rows of `2 * reach` coefficients. */
  private readonly table: Float64Array;
  /** Input not yet used up; `buffer[0]` is input sample `bufferStart`. */
  private buffer: Float64Array;
  private bufferStart: number;
  private bufferLength: number;
  private inputLength = 0;
  private outputLength = 0;
  /** The next output lies at input position `position + phase / up`. */
  private position = 0;
  private phase = 0;

  /** @param fromHz rate of the input, in Hz, > 0. @param toHz rate of the output, in Hz, > 0. */
  constructor(fromHz: number, toHz: number) {
    if (!(fromHz > 0) || !(toHz > 0)) throw new RangeError(`Not sample rates: ${fromHz}, ${toHz}`);
    const { up, down } = ratioOf(fromHz, toHz);
    this.up = up;
    this.down = down;
    const shrink = Math.min(1, up / down);
    this.reach = Math.ceil(ZERO_CROSSINGS / shrink);
    this.table = tableFor(up, this.reach, shrink);
    this.buffer = new Float64Array(4 * this.reach);
    // Silence before the first sample, so that the first outputs have a full window.
    this.bufferStart = -this.reach;
    this.bufferLength = this.reach;
  }

  /** @returns the output samples that are complete now; a fresh array, perhaps empty. */
  push(block: Float32Array): Float32Array {
    this.append(block);
    this.inputLength += block.length;
    return this.produce(Infinity);
  }

  /** @returns what is left. In all there are then `ceil(input length * toHz / fromHz)` samples. */
  flush(): Float32Array {
    this.append(new Float32Array(this.reach + 1));
    return this.produce(Math.ceil((this.inputLength * this.up) / this.down));
  }

  private append(block: Float32Array): void {
    const needed = this.bufferLength + block.length;
    if (needed > this.buffer.length) {
      const larger = new Float64Array(Math.max(needed, 2 * this.buffer.length));
      larger.set(this.buffer.subarray(0, this.bufferLength));
      this.buffer = larger;
    }
    this.buffer.set(block, this.bufferLength);
    this.bufferLength = needed;
  }

  private produce(outputEnd: number): Float32Array {
    const { up, down, reach, table, buffer } = this;
    const taps = 2 * reach;
    const inputEnd = this.bufferStart + this.bufferLength;
    const room = Math.max(0, Math.ceil(((inputEnd - this.position) * up) / down) + 1);
    const output = new Float32Array(Math.min(room, outputEnd - this.outputLength));
    let made = 0;
    let { position, phase } = this;
    while (made < output.length && position + reach < inputEnd) {
      const first = position - reach + 1 - this.bufferStart;
      const row = phase * taps;
      // Two sums, so that neither has to wait for the other; the taps are even in number. Both indices are inside their
      // arrays: `first ≥ 0` because the buffer keeps `reach` samples back.
      let [even, odd] = [0, 0];
      for (let k = 0; k < taps; k += 2) {
        even += (buffer[first + k] as number) * (table[row + k] as number);
        odd += (buffer[first + k + 1] as number) * (table[row + k + 1] as number);
      }
      output[made++] = even + odd;
      phase += down;
      position += Math.floor(phase / up);
      phase %= up;
    }
    this.position = position;
    this.phase = phase;
    this.outputLength += made;
    this.forget(position - reach + 1);
    return made === output.length ? output : output.slice(0, made);
  }

  /** Drops input before `from`, moving the rest to the buffer's start. */
  private forget(from: number): void {
    const drop = Math.min(from - this.bufferStart, this.bufferLength);
    if (drop <= 0) return;
    this.buffer.copyWithin(0, drop, this.bufferLength);
    this.bufferStart += drop;
    this.bufferLength -= drop;
  }
}

/** The last ones made: a table costs more than a second of sound to convert with it. */
const tables = new Map<string, Float64Array>();
const MOST_TABLES = 4;

function tableFor(up: number, reach: number, shrink: number): Float64Array {
  const key = `${up} ${shrink}`;
  const table = tables.get(key) ?? makeTable(up, reach, shrink);
  // What is used again is the newest again.
  tables.delete(key);
  tables.set(key, table);
  for (const oldest of tables.keys()) if (tables.size > MOST_TABLES) tables.delete(oldest);
  return table;
}

function makeTable(up: number, reach: number, shrink: number): Float64Array {
  const taps = 2 * reach;
  const table = new Float64Array(up * taps);
  // The middle of the transition band, in cycles for each input sample.
  const cutoff = (0.5 - TRANSITION / 2) * shrink;
  const windowScale = 1 / besselI0(KAISER_BETA);
  const row = new Float64Array(taps);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      // Distance from the output's place to input sample `k` of the window.
      const t = k - reach + 1 - phase / up;
      const x = 2 * Math.PI * cutoff * t;
      const edge = Math.min(1, Math.abs(t) / reach);
      const window = besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge)) * windowScale;
      const value = (t === 0 ? 1 : Math.sin(x) / x) * window;
      row[k] = value;
      sum += value;
    }
    // Each phase passes a constant unchanged: no ripple at 0 Hz.
    for (let k = 0; k < taps; k++) table[phase * taps + k] = (row[k] as number) / sum;
  }
  return table;
}

/**
 * A whole recording at another rate.
 * @param samples mono. @returns `ceil(samples.length * toHz / fromHz)` samples; the same array when the rates agree.
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (fromHz === toHz) return samples;
  const resampler = new Resampler(fromHz, toHz);
  const body = resampler.push(samples);
  const tail = resampler.flush();
  const output = new Float32Array(body.length + tail.length);
  output.set(body);
  output.set(tail, body.length);
  return output;
}
