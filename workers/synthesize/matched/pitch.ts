import type { Audio } from '../../contract';

/** Where voices of grown-ups and children speak. */
export const LOWEST_HZ = 60;
export const HIGHEST_HZ = 420;

const HOP_SECONDS = 0.01;
/** Long enough for two periods of the lowest voice. */
const WINDOW_SECONDS = 0.034;
/** A frame is compared with itself so much later, more or less. */
const USUAL_LAG_SECONDS = 0.007;
/** Frames so far below the loudest hold no voice worth asking. */
const GATE_DB = 35;
/** Correlation below which a frame is taken to be unvoiced. */
const VOICED = 0.5;
/** What a candidate at the longest lag loses: against the octave below, which correlates as well. */
const LONG_LAG_COST = 0.12;
/** What a jump of one octave between neighbouring frames costs, and a change between voiced and unvoiced. */
const OCTAVE_COST = 1.2;
const VOICING_COST = 0.25;
const CANDIDATES = 6;

/** One every 10 ms; 0 where there is no voice. */
export type PitchTrack = Float32Array;

/** Of a track at a time: the frame's whose middle, half the window and half a usual period in, is nearest. 0: no voice. */
export function pitchAt(track: PitchTrack, seconds: number): number {
  return track[Math.round((seconds - WINDOW_SECONDS / 2 - USUAL_LAG_SECONDS / 2) / HOP_SECONDS)] ?? 0;
}

export interface PitchRange {
  /** Median of the voiced frames. 0: nothing voiced. */
  medianHz: number;
  /** From the 10th to the 90th of a hundred, in semitones. */
  rangeSemitones: number;
}

interface Candidate {
  /** 0: unvoiced. */
  hz: number;
  cost: number;
}

/**
 * The fundamental frequency of speech: candidates from the normalised cross-correlation of each frame with itself some
 * lag later (Talkin, *A robust algorithm for pitch tracking*, 1995), and the cheapest way through them (Viterbi).
 * Works on half the sample rate or less, behind a gentle low-pass: a voice's period is told by its lower partials.
 */
export function pitchTrack({ samples, sampleRateHz }: Audio): PitchTrack {
  const step = Math.max(1, Math.floor(sampleRateHz / 8000));
  const x = thinned(samples, step);
  const rate = sampleRateHz / step;
  const frames = framesOf(x, rate);
  return cheapestWay(frames);
}

/** Median and range of a track. */
export function pitchRange(tracks: readonly PitchTrack[]): PitchRange {
  const voiced = tracks.flatMap((track) => Array.from(track).filter((hz) => hz > 0)).sort((a, b) => a - b);
  const at = (share: number) => voiced[Math.floor(share * (voiced.length - 1))] ?? 0;
  const [low, middle, high] = [at(0.1), at(0.5), at(0.9)];
  return { medianHz: middle, rangeSemitones: low > 0 ? 12 * Math.log2(high / low) : 0 };
}

/** Every `step`th sample of the sound behind a low-pass that is as long. */
function thinned(samples: Float32Array, step: number): Float64Array {
  const out = new Float64Array(Math.floor(samples.length / step));
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    // A triangle of 2·step − 1 samples: two running means one after the other.
    for (let k = 1 - step; k < step; k++) sum += (step - Math.abs(k)) * (samples[i * step + k] ?? 0);
    out[i] = sum / (step * step);
  }
  return out;
}

function framesOf(x: Float64Array, rate: number): Candidate[][] {
  const hop = Math.round(HOP_SECONDS * rate);
  const length = Math.round(WINDOW_SECONDS * rate);
  const [shortest, longest] = [Math.floor(rate / HIGHEST_HZ), Math.ceil(rate / LOWEST_HZ)];
  const squares = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) squares[i + 1] = (squares[i] as number) + (x[i] as number) ** 2;
  const energy = (from: number) => (squares[from + length] as number) - (squares[from] as number);
  const count = Math.max(0, Math.floor((x.length - length - longest) / hop) + 1);
  let loudest = 0;
  for (let f = 0; f < count; f++) loudest = Math.max(loudest, energy(f * hop));
  const gate = loudest * 10 ** (-GATE_DB / 10);

  const correlation = new Float64Array(longest + 2);
  return Array.from({ length: count }, (_, f) => {
    const at = f * hop;
    const own = energy(at);
    const found: Candidate[] = [{ hz: 0, cost: VOICED }];
    if (own <= gate || own === 0) return found;
    for (let lag = shortest - 1; lag <= longest + 1 && at + lag + length <= x.length; lag++) {
      const sum = product(x, at, at + lag, length);
      // The loudest frame's share keeps noise between words from correlating by chance.
      correlation[lag] = sum / Math.sqrt((own + gate) * (energy(at + lag) + gate));
    }
    for (let lag = shortest; lag <= longest; lag++) {
      const [a, b, c] = [correlation[lag - 1] ?? 0, correlation[lag] ?? 0, correlation[lag + 1] ?? 0];
      if (b < 0.25 || b <= a || b < c) continue;
      // The top of the parabola through three points.
      const bend = a - 2 * b + c;
      const shift = bend === 0 ? 0 : (a - c) / (2 * bend);
      const peak = b - ((a - c) * shift) / 4;
      found.push({ hz: rate / (lag + shift), cost: 1 - peak + (LONG_LAG_COST * lag) / longest });
    }
    return found.sort((a, b) => a.cost - b.cost).slice(0, CANDIDATES);
  });
}

/** Of two stretches of a sound, number by number, summed. A function of its own is what engines make quick. */
function product(x: Float64Array, a: number, b: number, length: number): number {
  let [even, odd] = [0, 0];
  let i = 0;
  for (; i + 1 < length; i += 2) {
    even += (x[a + i] as number) * (x[b + i] as number);
    odd += (x[a + i + 1] as number) * (x[b + i + 1] as number);
  }
  return even + odd + (i < length ? (x[a + i] as number) * (x[b + i] as number) : 0);
}

function cheapestWay(frames: readonly (readonly Candidate[])[]): PitchTrack {
  const from: number[][] = [];
  let costs = (frames[0] ?? []).map(({ cost }) => cost);
  for (let f = 1; f < frames.length; f++) {
    const before = frames[f - 1] ?? [];
    const steps: number[] = [];
    costs = (frames[f] ?? []).map((candidate) => {
      let [best, cheapest] = [0, Infinity];
      for (const [i, other] of before.entries()) {
        const cost = (costs[i] ?? Infinity) + change(other.hz, candidate.hz);
        if (cost < cheapest) [best, cheapest] = [i, cost];
      }
      steps.push(best);
      return cheapest + candidate.cost;
    });
    from.push(steps);
  }
  const track = new Float32Array(frames.length);
  let at = costs.indexOf(Math.min(...costs));
  for (let f = frames.length - 1; f >= 0; f--) {
    track[f] = frames[f]?.[at]?.hz ?? 0;
    at = from[f - 1]?.[at] ?? 0;
  }
  return track;
}

function change(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  if (a === 0 || b === 0) return VOICING_COST;
  return OCTAVE_COST * Math.abs(Math.log2(a / b));
}
