/** Loudness of speech, so that every language and engine plays alike. */

/** Root mean square of the spoken parts that is aimed at, in dB below full scale. */
const TARGET_DBFS = -16;
/** No sample goes above: lossy encoders overshoot a little. */
const PEAK_DBFS = -1;
/** Blocks so far below the loudest are pauses. */
const GATE_DB = 25;
const BLOCK_SECONDS = 0.05;

const fromDb = (db: number) => 10 ** (db / 20);

/** Changes the samples to the target level, or to the peak that is allowed where that comes first. */
export function normaliseLevel(samples: Float32Array, sampleRateHz: number): void {
  let peak = 0;
  for (const x of samples) peak = Math.max(peak, Math.abs(x));
  if (peak === 0) return;
  const gain = Math.min(fromDb(TARGET_DBFS) / spokenRms(samples, sampleRateHz), fromDb(PEAK_DBFS) / peak);
  for (let i = 0; i < samples.length; i++) samples[i] = (samples[i] as number) * gain;
}

/** Root mean square without the pauses. */
export function spokenRms(samples: Float32Array, sampleRateHz: number): number {
  const block = Math.max(1, Math.round(BLOCK_SECONDS * sampleRateHz));
  const powers: number[] = [];
  for (let from = 0; from < samples.length; from += block) {
    const to = Math.min(samples.length, from + block);
    let sum = 0;
    for (let i = from; i < to; i++) sum += (samples[i] as number) ** 2;
    powers.push(sum / (to - from));
  }
  const gate = Math.max(...powers) * fromDb(-GATE_DB) ** 2;
  const spoken = powers.filter((power) => power >= gate);
  return Math.sqrt(spoken.reduce((sum, power) => sum + power, 0) / Math.max(1, spoken.length));
}

/** −50 dB below full scale: eSpeak's pauses are silent, its quietest sounds louder. */
const AUDIBLE = fromDb(-50);

/** First and last+1 audible sample within [from, to); undefined when there is none. */
export function audibleRange(
  samples: Float32Array,
  from = 0,
  to = samples.length
): { first: number; end: number } | undefined {
  let first = from;
  while (first < to && Math.abs(samples[first] as number) < AUDIBLE) first++;
  if (first >= to) return undefined;
  let end = to;
  while (Math.abs(samples[end - 1] as number) < AUDIBLE) end--;
  return { first, end };
}

/** −80 dB below full scale: below what anybody hears, above what a number of 16 bits can't hold. */
const AIR = fromDb(-80);

/**
 * Adds noise that nobody hears, the same each time. A recording is never digitally silent, an engine's pauses are; whatever
 * listens by logarithms, as speaker encoders do, then hears hardly anything but the difference.
 */
export function addAir(samples: Float32Array): void {
  let state = 1;
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    samples[i] = (samples[i] as number) + (AIR * state) / 2 ** 31;
  }
}
