/** A word's place in the sound; `confidence` (0…1) where it was recognised. */
export interface WaveformWord {
  startMs: number;
  endMs: number;
  confidence?: number;
}

export interface WaveformBar {
  /** Height, 0…1; 0 is drawn as a dot: a pause. */
  height: number;
  unsure: boolean;
}

/** Below this share of the loudest peak a bar counts as a pause when no words are known. */
const QUIET = 0.06;

/**
 * Peaks as bars: a word is a swell, a pause is a dot.
 * @param peaks evenly spaced over the whole sound, 0…1
 * @param count bars to draw
 * @param words where they are known, bars outside every word become dots
 * @param unsureBelow words less certain than this are marked
 */
export function barsOf(
  peaks: ArrayLike<number>,
  count: number,
  durationMs: number,
  words: readonly WaveformWord[] = [],
  unsureBelow = 0.5
): WaveformBar[] {
  let loudest = 0;
  for (let i = 0; i < peaks.length; i++) loudest = Math.max(loudest, peaks[i] ?? 0);
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / count);
    const to = Math.max(from + 1, Math.ceil(((bar + 1) * peaks.length) / count));
    let peak = 0;
    for (let i = from; i < to; i++) peak = Math.max(peak, peaks[i] ?? 0);
    const height = loudest > 0 ? peak / loudest : 0;
    const startMs = (bar * durationMs) / count;
    const endMs = ((bar + 1) * durationMs) / count;
    // A word that fills half of the bar, or one so short that its middle lies in it.
    const word = words.find((candidate) => {
      const shared = Math.min(candidate.endMs, endMs) - Math.max(candidate.startMs, startMs);
      const middle = (candidate.startMs + candidate.endMs) / 2;
      return shared * 2 > endMs - startMs || (middle >= startMs && middle < endMs);
    });
    const isPause = words.length > 0 ? !word : height < QUIET;
    return {
      height: isPause ? 0 : Math.max(height, 0.08),
      unsure: word?.confidence !== undefined && word.confidence < unsureBelow
    };
  });
}
