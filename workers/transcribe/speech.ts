/** From voice-activity probabilities to stretches of speech. */

/** [from, to) in samples. */
export interface Stretch {
  from: number;
  to: number;
}

export interface SpeechRules {
  sampleRateHz: number;
  /** Samples that each probability stands for. */
  hop: number;
  /** Speech begins at this probability … */
  begin: number;
  /** … and ends below this one: a word's quiet end keeps it open. */
  end: number;
  /** Shorter ones are clicks and breaths. */
  minSpeechMs: number;
  /** Shorter ones are pauses inside a phrase. */
  minSilenceMs: number;
  /** Kept around each stretch, so that no soft onset is cut off. */
  paddingMs: number;
}

export const SPEECH_RULES: Omit<SpeechRules, 'sampleRateHz' | 'hop'> = {
  begin: 0.5,
  end: 0.35,
  minSpeechMs: 150,
  minSilenceMs: 300,
  paddingMs: 200
};

/**
 * Stretches of speech, in order, apart from each other, inside the audio. Where padding of two would
 * overlap they share the pause between them.
 * @param length of the audio, in samples.
 */
export function speechStretches(
  probabilities: ArrayLike<number>,
  length: number,
  rules: SpeechRules
): Stretch[] {
  const samples = (ms: number) => (ms * rules.sampleRateHz) / 1000;
  const raw: Stretch[] = [];
  let open: { from: number; quietSince: number | undefined } | undefined;
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i] as number;
    const at = i * rules.hop;
    if (!open) {
      if (probability >= rules.begin) open = { from: at, quietSince: undefined };
    } else if (probability >= rules.end) {
      open.quietSince = undefined;
    } else {
      open.quietSince ??= at;
      if (at + rules.hop - open.quietSince >= samples(rules.minSilenceMs)) {
        raw.push({ from: open.from, to: open.quietSince });
        open = undefined;
      }
    }
  }
  if (open) raw.push({ from: open.from, to: open.quietSince ?? length });
  const long = raw.filter(({ from, to }) => to - from >= samples(rules.minSpeechMs));
  return pad(long, Math.round(samples(rules.paddingMs)), length);
}

function pad(stretches: Stretch[], padding: number, length: number): Stretch[] {
  return stretches.map(({ from, to }, i) => {
    const before = stretches[i - 1];
    const after = stretches[i + 1];
    const middle = (a: number, b: number) => Math.floor((a + b) / 2);
    return {
      from: Math.max(0, from - padding, before ? middle(before.to, from) : 0),
      to: Math.min(length, to + padding, after ? middle(to, after.from) : length)
    };
  });
}
