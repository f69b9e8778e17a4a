/**
 * One stage of the Stockham autosort transform (Van Loan, *Computational Frameworks for the FFT*, 1992, §1.7) for each
 * factor p of the remaining length n = p·m, s being the stride, ω_n^k the stage's turning factors:
 * y[q + s(pk + r)] = ω_n^{kr} · Σ_j x[q + s(k + mj)] · ω_p^{jr}.
 */

/** Complex numbers, their real and imaginary parts apart. */
export interface Complex {
  re: Float64Array;
  im: Float64Array;
}

/** What a stage reads and writes. `turns`: ω_size^t for t = 0 … size − 1; ω_n^k is `turns[k·s]`, since size = n·s. */
export interface Stage {
  n: number;
  s: number;
  from: Complex;
  to: Complex;
  turns: Complex;
}

export function stage2({ n, s, from, to, turns }: Stage): void {
  const m = n / 2;
  const { re, im } = from;
  const { re: outRe, im: outIm } = to;
  for (let k = 0; k < m; k++) {
    const c = turns.re[k * s] as number;
    const d = turns.im[k * s] as number;
    for (let q = 0; q < s; q++) {
      const i = q + s * k;
      const o = q + s * 2 * k;
      const aRe = re[i] as number;
      const aIm = im[i] as number;
      const bRe = re[i + s * m] as number;
      const bIm = im[i + s * m] as number;
      outRe[o] = aRe + bRe;
      outIm[o] = aIm + bIm;
      outRe[o + s] = (aRe - bRe) * c - (aIm - bIm) * d;
      outIm[o + s] = (aRe - bRe) * d + (aIm - bIm) * c;
    }
  }
}

const SIN_60 = Math.sqrt(3) / 2;

export function stage3({ n, s, from, to, turns }: Stage): void {
  const m = n / 3;
  const { re, im } = from;
  const { re: outRe, im: outIm } = to;
  const step = s * m;
  for (let k = 0; k < m; k++) {
    const t = k * s;
    const c1 = turns.re[t] as number;
    const d1 = turns.im[t] as number;
    const c2 = turns.re[2 * t] as number;
    const d2 = turns.im[2 * t] as number;
    for (let q = 0; q < s; q++) {
      const i = q + s * k;
      const o = q + s * 3 * k;
      const bcRe = (re[i + step] as number) + (re[i + 2 * step] as number);
      const bcIm = (im[i + step] as number) + (im[i + 2 * step] as number);
      const oddRe = SIN_60 * ((re[i + step] as number) - (re[i + 2 * step] as number));
      const oddIm = SIN_60 * ((im[i + step] as number) - (im[i + 2 * step] as number));
      const evenRe = (re[i] as number) - bcRe / 2;
      const evenIm = (im[i] as number) - bcIm / 2;
      outRe[o] = (re[i] as number) + bcRe;
      outIm[o] = (im[i] as number) + bcIm;
      outRe[o + s] = (evenRe + oddIm) * c1 - (evenIm - oddRe) * d1;
      outIm[o + s] = (evenRe + oddIm) * d1 + (evenIm - oddRe) * c1;
      outRe[o + 2 * s] = (evenRe - oddIm) * c2 - (evenIm + oddRe) * d2;
      outIm[o + 2 * s] = (evenRe - oddIm) * d2 + (evenIm + oddRe) * c2;
    }
  }
}

export function stage4({ n, s, from, to, turns }: Stage): void {
  const m = n / 4;
  const { re, im } = from;
  const { re: outRe, im: outIm } = to;
  const step = s * m;
  for (let k = 0; k < m; k++) {
    const t = k * s;
    const c1 = turns.re[t] as number;
    const d1 = turns.im[t] as number;
    const c2 = turns.re[2 * t] as number;
    const d2 = turns.im[2 * t] as number;
    const c3 = turns.re[3 * t] as number;
    const d3 = turns.im[3 * t] as number;
    for (let q = 0; q < s; q++) {
      const i = q + s * k;
      const o = q + s * 4 * k;
      const acRe = (re[i] as number) + (re[i + 2 * step] as number);
      const acIm = (im[i] as number) + (im[i + 2 * step] as number);
      const a_cRe = (re[i] as number) - (re[i + 2 * step] as number);
      const a_cIm = (im[i] as number) - (im[i + 2 * step] as number);
      const bdRe = (re[i + step] as number) + (re[i + 3 * step] as number);
      const bdIm = (im[i + step] as number) + (im[i + 3 * step] as number);
      const b_dRe = (re[i + step] as number) - (re[i + 3 * step] as number);
      const b_dIm = (im[i + step] as number) - (im[i + 3 * step] as number);
      outRe[o] = acRe + bdRe;
      outIm[o] = acIm + bdIm;
      // ω_4 = −i: a − ib − c + id and a + ib − c − id.
      outRe[o + s] = (a_cRe + b_dIm) * c1 - (a_cIm - b_dRe) * d1;
      outIm[o + s] = (a_cRe + b_dIm) * d1 + (a_cIm - b_dRe) * c1;
      outRe[o + 2 * s] = (acRe - bdRe) * c2 - (acIm - bdIm) * d2;
      outIm[o + 2 * s] = (acRe - bdRe) * d2 + (acIm - bdIm) * c2;
      outRe[o + 3 * s] = (a_cRe - b_dIm) * c3 - (a_cIm + b_dRe) * d3;
      outIm[o + 3 * s] = (a_cRe - b_dIm) * d3 + (a_cIm + b_dRe) * c3;
    }
  }
}

const [COS_72, SIN_72] = [Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5)];
const [COS_144, SIN_144] = [Math.cos((4 * Math.PI) / 5), Math.sin((4 * Math.PI) / 5)];

/** Outputs r and 5 − r share their even part and differ in the sign of the odd one. */
export function stage5({ n, s, from, to, turns }: Stage): void {
  const m = n / 5;
  const { re, im } = from;
  const { re: outRe, im: outIm } = to;
  const step = s * m;
  for (let k = 0; k < m; k++) {
    const t = k * s;
    for (let q = 0; q < s; q++) {
      const i = q + s * k;
      const o = q + s * 5 * k;
      const aRe = re[i] as number;
      const aIm = im[i] as number;
      const beRe = (re[i + step] as number) + (re[i + 4 * step] as number);
      const beIm = (im[i + step] as number) + (im[i + 4 * step] as number);
      const b_eRe = (re[i + step] as number) - (re[i + 4 * step] as number);
      const b_eIm = (im[i + step] as number) - (im[i + 4 * step] as number);
      const cdRe = (re[i + 2 * step] as number) + (re[i + 3 * step] as number);
      const cdIm = (im[i + 2 * step] as number) + (im[i + 3 * step] as number);
      const c_dRe = (re[i + 2 * step] as number) - (re[i + 3 * step] as number);
      const c_dIm = (im[i + 2 * step] as number) - (im[i + 3 * step] as number);
      outRe[o] = aRe + beRe + cdRe;
      outIm[o] = aIm + beIm + cdIm;
      const even1Re = aRe + COS_72 * beRe + COS_144 * cdRe;
      const even1Im = aIm + COS_72 * beIm + COS_144 * cdIm;
      const odd1Re = SIN_72 * b_eRe + SIN_144 * c_dRe;
      const odd1Im = SIN_72 * b_eIm + SIN_144 * c_dIm;
      const even2Re = aRe + COS_144 * beRe + COS_72 * cdRe;
      const even2Im = aIm + COS_144 * beIm + COS_72 * cdIm;
      const odd2Re = SIN_144 * b_eRe - SIN_72 * c_dRe;
      const odd2Im = SIN_144 * b_eIm - SIN_72 * c_dIm;
      turned(o + s, even1Re + odd1Im, even1Im - odd1Re, t);
      turned(o + 2 * s, even2Re + odd2Im, even2Im - odd2Re, 2 * t);
      turned(o + 3 * s, even2Re - odd2Im, even2Im + odd2Re, 3 * t);
      turned(o + 4 * s, even1Re - odd1Im, even1Im + odd1Re, 4 * t);
    }
  }
  function turned(o: number, x: number, y: number, t: number): void {
    const c = turns.re[t] as number;
    const d = turns.im[t] as number;
    outRe[o] = x * c - y * d;
    outIm[o] = x * d + y * c;
  }
}

/** Any factor, by the sum as it stands. */
export function stageOf(p: number, { n, s, from, to, turns }: Stage): void {
  const m = n / p;
  const size = n * s;
  const root = size / p; // ω_p = ω_size^root
  for (let k = 0; k < m; k++) {
    for (let r = 0; r < p; r++) {
      const t = (k * r * s) % size;
      const c = turns.re[t] as number;
      const d = turns.im[t] as number;
      for (let q = 0; q < s; q++) {
        let sumRe = 0;
        let sumIm = 0;
        for (let j = 0; j < p; j++) {
          const i = q + s * (k + m * j);
          const w = ((j * r) % p) * root;
          const wc = turns.re[w] as number;
          const ws = turns.im[w] as number;
          sumRe += (from.re[i] as number) * wc - (from.im[i] as number) * ws;
          sumIm += (from.re[i] as number) * ws + (from.im[i] as number) * wc;
        }
        const o = q + s * (p * k + r);
        to.re[o] = sumRe * c - sumIm * d;
        to.im[o] = sumRe * d + sumIm * c;
      }
    }
  }
}
