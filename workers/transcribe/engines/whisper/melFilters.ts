/** One triangular filter: `weights[i]` belongs to frequency bin `first + i`. */
export interface MelFilter {
  first: number;
  weights: Float64Array;
}

/**
 * Mel filters as Whisper uses them: Slaney's scale (linear to 1 kHz, then logarithmic, 27 steps for each
 * factor of 6.4) and Slaney's area normalisation, as in librosa's `filters.mel` with its defaults.
 * @param count 80 or 128. @param fftSize samples of a frame. @param sampleRateHz upper edge is half of it.
 */
export function melFilters(count: number, fftSize: number, sampleRateHz: number): MelFilter[] {
  const bins = fftSize / 2 + 1;
  const highest = hzToMel(sampleRateHz / 2);
  const edges = Array.from({ length: count + 2 }, (_, i) => melToHz((highest * i) / (count + 1)));
  return Array.from({ length: count }, (_, i) => {
    const [left, centre, right] = edges.slice(i, i + 3) as [number, number, number];
    const all = Array.from({ length: bins }, (_, bin) => {
      const hz = (bin * sampleRateHz) / fftSize;
      const height = Math.min((hz - left) / (centre - left), (right - hz) / (right - centre));
      return Math.max(0, height) * (2 / (right - left));
    });
    const first = Math.max(
      0,
      all.findIndex((weight) => weight > 0)
    );
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(all.slice(first, last + 1)) };
  });
}

const LINEAR_HZ_PER_MEL = 200 / 3;
const KNEE_HZ = 1000;
const KNEE_MEL = KNEE_HZ / LINEAR_HZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

function hzToMel(hz: number): number {
  return hz < KNEE_HZ ? hz / LINEAR_HZ_PER_MEL : KNEE_MEL + Math.log(hz / KNEE_HZ) / LOG_STEP;
}

function melToHz(mel: number): number {
  return mel < KNEE_MEL ? mel * LINEAR_HZ_PER_MEL : KNEE_HZ * Math.exp((mel - KNEE_MEL) * LOG_STEP);
}
