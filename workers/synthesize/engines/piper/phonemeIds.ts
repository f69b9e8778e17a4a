/** The numbers that stand for nothing, for the beginning and for the end. */
const [PAD, BEGIN, END] = ['_', '^', '$'];

/** Phonemes as numbers. Those that the voice was not trained on are left out, as Piper does. */
export class PhonemeIds {
  /** Longest first: recent voices have some pairs of letters that are one phoneme. */
  private readonly lengths: readonly number[];

  constructor(private readonly ids: ReadonlyMap<string, readonly number[]>) {
    const lengths = [...ids.keys()].map((phoneme) => [...phoneme].length);
    this.lengths = [...new Set(lengths)].sort((a, b) => b - a);
  }

  /**
   * As Piper does (OHF-Voice/piper1-gpl, phoneme_ids.py): letters with their accents apart (NFD), `^ _ p _ p _ … $`.
   * Empty where the voice knows none of them.
   */
  encode(phonemes: string): number[] {
    const letters = [...phonemes.normalize('NFD')];
    const encoded: number[] = [];
    for (let at = 0; at < letters.length;) {
      const length = this.lengths.find((n) => this.ids.has(letters.slice(at, at + n).join(''))) ?? 1;
      const ids = this.ids.get(letters.slice(at, at + length).join(''));
      if (ids) encoded.push(...ids, ...this.of(PAD));
      at += length;
    }
    return encoded.length === 0 ? [] : [...this.of(BEGIN), ...this.of(PAD), ...encoded, ...this.of(END)];
  }

  /** A few phonemes that every voice has, for comparing devices. */
  sample(): number[] {
    const known = [...this.ids.keys()].filter((phoneme) => !/[_^$]/u.test(phoneme)).slice(0, 24);
    return this.encode(known.join(''));
  }

  private of(phoneme: string | undefined): readonly number[] {
    return this.ids.get(phoneme ?? '') ?? [];
  }
}
