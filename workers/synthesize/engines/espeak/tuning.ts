/** How eSpeak's throat is changed for one person. Factors are of the shipped variant's own value; 1 changes nothing. */
export interface EspeakTuning {
  /** One of the shipped files in `voices/!v`; empty: none. */
  variant: string;
  /** Where the pitch begins and how far it goes above. */
  pitchHz: number;
  pitchRangeHz: number;
  /** Of the speed. */
  rate: number;
  /** Of the formants' frequencies: the first, second, third …, and with the last one those above. */
  formants: readonly number[];
  /** Of the same formants' heights. */
  heights: readonly number[];
  /** Of all formants' widths. */
  width: number;
  /** Of the strength of voiced sounds, and of the noise of consonants. */
  voicing: number;
  consonants: number;
  /** Breath that goes with the voice, 0…10. */
  breath: number;
}

/** eSpeak knows formants 0 to 8; the 0th is the murmur below the first. */
const FORMANTS = 9;
const MADE_ANEW = /^\s*(name|pitch|formant|voicing|consonants|breath|echo|speed)\b/u;

/**
 * A voice file for eSpeak NG (its docs/voices.md): the shipped variant's with its numbers changed. Lines that a tuning
 * says nothing of stay; echoes go, since no person has one.
 * @param shipped the variant's own file; empty for none.
 */
export function voiceFile(tuning: EspeakTuning, shipped: string): string {
  const lines = shipped.split('\n');
  const numbers = (key: string) => {
    const words = lines.findLast((line) => new RegExp(`^\\s*${key}\\b`, 'u').test(line)) ?? '';
    return words.trim().split(/\s+/u).slice(key.split(' ').length).map(Number).filter(Number.isFinite);
  };
  const scaled = (value: number | undefined, factor: number) => Math.round((value ?? 100) * factor);
  const [voicing] = numbers('voicing');
  const [noise, voicedNoise] = numbers('consonants');
  const breath = Math.round(tuning.breath);
  return [
    ...lines.filter((line) => line.trim() !== '' && !MADE_ANEW.test(line)),
    'name timbre',
    `pitch ${Math.round(tuning.pitchHz)} ${Math.round(tuning.pitchHz + tuning.pitchRangeHz)}`,
    'echo 0 0',
    ...Array.from({ length: FORMANTS }, (_, n) => {
      const group = Math.min(Math.max(0, n - 1), tuning.formants.length - 1);
      const [frequency, height, width, add] = numbers(`formant ${n}`);
      const values = [
        scaled(frequency, tuning.formants[group] ?? 1),
        scaled(height, tuning.heights[group] ?? 1),
        scaled(width, tuning.width)
      ];
      return `formant ${n} ${values.join(' ')}${add === undefined ? '' : ` ${add}`}`;
    }),
    `voicing ${scaled(voicing, tuning.voicing)}`,
    `consonants ${scaled(noise, tuning.consonants)} ${scaled(voicedNoise ?? noise, tuning.consonants)}`,
    `breath 0${` ${breath}`.repeat(7)}`,
    ''
  ].join('\n');
}
