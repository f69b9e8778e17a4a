/**
 * Fast Fourier transform of real frames, for lengths that Whisper uses (400 = 2⁴·5²), which a
 * power-of-two transform cannot do.
 */
import { stage2, stage3, stage4, stage5, stageOf, type Complex } from './butterflies';

/** Complex transform, stage by stage. */
class ComplexFft {
  private readonly factors: number[];
  private readonly turns: Complex;
  private spare: Complex;

  constructor(readonly size: number) {
    this.factors = factorise(size);
    this.turns = {
      re: Float64Array.from({ length: size }, (_, k) => Math.cos((2 * Math.PI * k) / size)),
      im: Float64Array.from({ length: size }, (_, k) => -Math.sin((2 * Math.PI * k) / size))
    };
    this.spare = zeros(size);
  }

  /** @param numbers overwritten. @returns the transform; of two arrays that take turns, the one that has it now. */
  transform(numbers: Complex): Complex {
    let [from, to] = [numbers, this.spare];
    let n = this.size;
    let s = 1;
    for (const p of this.factors) {
      const stage = { n, s, from, to, turns: this.turns };
      if (p === 4) stage4(stage);
      else if (p === 5) stage5(stage);
      else if (p === 3) stage3(stage);
      else if (p === 2) stage2(stage);
      else stageOf(p, stage);
      [from, to] = [to, from];
      n /= p;
      s *= p;
    }
    this.spare = to;
    return from;
  }
}

function zeros(size: number): Complex {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

/** Fours as long as there are any: fewer stages than twos. */
function factorise(size: number): number[] {
  const factors: number[] = [];
  let rest = size;
  for (const p of [4, 2, 3, 5]) for (; rest % p === 0; rest /= p) factors.push(p);
  for (let p = 7; rest > 1; p += 2) for (; rest % p === 0; rest /= p) factors.push(p);
  return factors;
}

/** Power spectrum of real frames: a complex transform of half the length, then untangled. */
export class RealFft {
  /** Number of outputs: size / 2 + 1. */
  readonly bins: number;
  private readonly half: ComplexFft;
  private numbers: Complex;
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;

  /** @param size even. */
  constructor(readonly size: number) {
    if (size < 2 || size % 2 !== 0) throw new RangeError(`an even length is needed, not ${size}`);
    this.bins = size / 2 + 1;
    this.half = new ComplexFft(size / 2);
    this.numbers = zeros(size / 2);
    this.cos = Float64Array.from({ length: this.bins }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.sin = Float64Array.from({ length: this.bins }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  }

  /**
   * |X[k]|² for k = 0 … size/2.
   * With Z the transform of z[n] = x[2n] + i·x[2n+1], M = size/2 and Z[M] = Z[0]:
   * X[k] = ½(Z[k] + Z̄[M−k]) − ½i·ω^k·(Z[k] − Z̄[M−k]), and X̄[M−k] is the same with a plus.
   * @param frame `size` samples. @param power `bins` numbers, overwritten.
   */
  power(frame: Float64Array, power: Float64Array): void {
    const m = this.size / 2;
    const { cos, sin } = this;
    const { re: evens, im: odds } = this.numbers;
    for (let i = 0; i < m; i++) {
      evens[i] = frame[2 * i] as number;
      odds[i] = frame[2 * i + 1] as number;
    }
    this.numbers = this.half.transform(this.numbers);
    const { re, im } = this.numbers;
    for (let k = 0; 2 * k <= m; k++) {
      const mirrored = k === 0 ? 0 : m - k;
      const evenRe = ((re[k] as number) + (re[mirrored] as number)) / 2;
      const evenIm = ((im[k] as number) - (im[mirrored] as number)) / 2;
      const oddRe = ((im[k] as number) + (im[mirrored] as number)) / 2;
      const oddIm = ((re[mirrored] as number) - (re[k] as number)) / 2;
      const c = cos[k] as number;
      const s = sin[k] as number;
      const turnedRe = oddRe * c - oddIm * s;
      const turnedIm = oddRe * s + oddIm * c;
      power[k] = (evenRe + turnedRe) ** 2 + (evenIm + turnedIm) ** 2;
      power[m - k] = (evenRe - turnedRe) ** 2 + (evenIm - turnedIm) ** 2;
    }
  }
}
