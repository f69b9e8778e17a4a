/**
 * Fast Fourier transform of real frames, for lengths that Whisper uses (400 = 2⁴·5²), which a
 * power-of-two transform cannot do.
 */

/**
 * Complex transform by the Stockham autosort algorithm with mixed radices (Van Loan, *Computational
 * Frameworks for the FFT*, 1992, §1.7): at each stage, with factor p of the remaining length n = p·m,
 * y[q + s(pk + r)] = ω_n^{kr} · Σ_j x[q + s(k + mj)] · ω_p^{jr}.
 */
class ComplexFft {
  private readonly factors: number[];
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private spareRe: Float64Array;
  private spareIm: Float64Array;

  constructor(readonly size: number) {
    this.factors = factorise(size);
    this.cos = Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: size }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
    this.spareRe = new Float64Array(size);
    this.spareIm = new Float64Array(size);
  }

  /** Transforms in place. The arrays are swapped inside `buffers`, never copied. */
  transform(buffers: { re: Float64Array; im: Float64Array }): void {
    let { re, im } = buffers;
    let outRe = this.spareRe;
    let outIm = this.spareIm;
    let n = this.size;
    let stride = 1;
    for (const p of this.factors) {
      if (p === 2) this.stage2(n, stride, re, im, outRe, outIm);
      else this.stage(p, n, stride, re, im, outRe, outIm);
      [re, outRe] = [outRe, re];
      [im, outIm] = [outIm, im];
      n /= p;
      stride *= p;
    }
    buffers.re = re;
    buffers.im = im;
    this.spareRe = outRe;
    this.spareIm = outIm;
  }

  private stage2(
    n: number,
    s: number,
    re: Float64Array,
    im: Float64Array,
    outRe: Float64Array,
    outIm: Float64Array
  ): void {
    const m = n / 2;
    for (let k = 0; k < m; k++) {
      const t = k * s; // ω_n^k = ω_size^{ks}, since size = n·s
      const c = this.cos[t] as number;
      const d = this.sin[t] as number;
      for (let q = 0; q < s; q++) {
        const a = q + s * k;
        const b = a + s * m;
        const o = q + s * 2 * k;
        const aRe = re[a] as number;
        const aIm = im[a] as number;
        const bRe = re[b] as number;
        const bIm = im[b] as number;
        outRe[o] = aRe + bRe;
        outIm[o] = aIm + bIm;
        const dRe = aRe - bRe;
        const dIm = aIm - bIm;
        outRe[o + s] = dRe * c - dIm * d;
        outIm[o + s] = dRe * d + dIm * c;
      }
    }
  }

  private stage(
    p: number,
    n: number,
    s: number,
    re: Float64Array,
    im: Float64Array,
    outRe: Float64Array,
    outIm: Float64Array
  ): void {
    const m = n / p;
    const root = this.size / p; // ω_p = ω_size^root
    for (let k = 0; k < m; k++) {
      for (let r = 0; r < p; r++) {
        const t = (k * r * s) % this.size;
        const c = this.cos[t] as number;
        const d = this.sin[t] as number;
        for (let q = 0; q < s; q++) {
          let sumRe = 0;
          let sumIm = 0;
          for (let j = 0; j < p; j++) {
            const i = q + s * (k + m * j);
            const w = ((j * r) % p) * root;
            const wc = this.cos[w] as number;
            const ws = this.sin[w] as number;
            sumRe += (re[i] as number) * wc - (im[i] as number) * ws;
            sumIm += (re[i] as number) * ws + (im[i] as number) * wc;
          }
          const o = q + s * (p * k + r);
          outRe[o] = sumRe * c - sumIm * d;
          outIm[o] = sumRe * d + sumIm * c;
        }
      }
    }
  }
}

function factorise(size: number): number[] {
  const factors: number[] = [];
  let rest = size;
  for (let p = 2; rest > 1; p++) {
    while (rest % p === 0) {
      factors.push(p);
      rest /= p;
    }
  }
  return factors;
}

/** Power spectrum of real frames: a complex transform of half the length, then untangled. */
export class RealFft {
  /** Number of outputs: size / 2 + 1. */
  readonly bins: number;
  private readonly half: ComplexFft;
  private readonly buffers: { re: Float64Array; im: Float64Array };
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  /** @param size even. */
  constructor(readonly size: number) {
    if (size < 2 || size % 2 !== 0) throw new RangeError(`an even length is needed, not ${size}`);
    this.bins = size / 2 + 1;
    this.half = new ComplexFft(size / 2);
    this.buffers = { re: new Float64Array(size / 2), im: new Float64Array(size / 2) };
    this.cos = Float64Array.from({ length: this.bins }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: this.bins }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  }

  /**
   * |X[k]|² for k = 0 … size/2.
   * With Z the transform of z[n] = x[2n] + i·x[2n+1], M = size/2 and Z[M] = Z[0]:
   * X[k] = ½(Z[k] + Z̄[M−k]) − ½i·ω^k·(Z[k] − Z̄[M−k]).
   * @param frame `size` samples. @param power `bins` numbers, overwritten.
   */
  power(frame: Float64Array, power: Float64Array): void {
    const m = this.size / 2;
    const buffers = this.buffers;
    for (let i = 0; i < m; i++) {
      buffers.re[i] = frame[2 * i] as number;
      buffers.im[i] = frame[2 * i + 1] as number;
    }
    this.half.transform(buffers);
    const { re, im } = buffers;
    for (let k = 0; k <= m; k++) {
      const a = k === m ? 0 : k;
      const b = k === 0 ? 0 : m - k;
      const evenRe = ((re[a] as number) + (re[b] as number)) / 2;
      const evenIm = ((im[a] as number) - (im[b] as number)) / 2;
      const oddRe = ((im[a] as number) + (im[b] as number)) / 2;
      const oddIm = ((re[b] as number) - (re[a] as number)) / 2;
      const c = this.cos[k] as number;
      const s = this.sin[k] as number;
      const xRe = evenRe + oddRe * c - oddIm * s;
      const xIm = evenIm + oddRe * s + oddIm * c;
      power[k] = xRe * xRe + xIm * xIm;
    }
  }
}
