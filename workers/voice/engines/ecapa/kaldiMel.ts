/** Weights of one mel band over the spectrum's bins, from `first` on. */
export interface MelBand {
  first: number;
  weights: Float64Array;
}

/** Kaldi's mel: 1127 ln(1 + f / 700). */
export function mel(hz: number): number {
  return 1127 * Math.log(1 + hz / 700);
}

/**
 * Kaldi's mel bank (feat/mel-computations.cc): triangles of equal width in mel, straight in mel and not in
 * Hz, of height 1, over bins 0 … fftSize/2 − 1.
 */
export function kaldiMelBands(shape: {
  bands: number;
  fftSize: number;
  sampleRateHz: number;
  lowHz: number;
  highHz: number;
}): MelBand[] {
  const { bands, fftSize, sampleRateHz, lowHz, highHz } = shape;
  const low = mel(lowHz);
  const width = (mel(highHz) - low) / (bands + 1);
  return Array.from({ length: bands }, (_, band) => {
    const left = low + band * width;
    const centre = left + width;
    const right = centre + width;
    const all = Array.from({ length: fftSize / 2 }, (_, bin) => {
      const at = mel((bin * sampleRateHz) / fftSize);
      if (at <= left || at >= right) return 0;
      return at <= centre ? (at - left) / width : (right - at) / width;
    });
    const first = Math.max(
      0,
      all.findIndex((weight) => weight > 0)
    );
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(all.slice(first, last + 1)) };
  });
}
