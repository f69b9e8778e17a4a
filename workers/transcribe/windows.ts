/** From stretches of speech to windows that the recogniser can take whole. */
import type { Stretch } from './speech';

/** [from, to) in samples. Windows are in order; one may begin before the last one's end. */
export interface Window extends Stretch {
  /** How many samples at its start the window before has, too: there was no pause to cut at. */
  overlap: number;
}

export interface WindowRules {
  /** Longest window, in samples. */
  longest: number;
  /** Pauses up to this many samples stay inside a window. */
  longestPause: number;
  /** Given to both sides of a cut that goes through speech, in samples. */
  overlap: number;
}

/**
 * Joins neighbouring stretches as long as they fit a window, and cuts stretches that don't: at the quietest
 * place in the second half of the window, and, since that may be inside a word, with an overlap.
 * Every sample of every stretch is in a window.
 * @param loudness of any sample position, for finding the quietest place (a voice-activity probability serves).
 */
export function planWindows(
  stretches: readonly Stretch[],
  rules: WindowRules,
  loudness: (at: number) => number,
  step: number
): Window[] {
  const windows: Window[] = [];
  for (const stretch of stretches) {
    const last = windows.at(-1);
    if (last && stretch.to - last.from <= rules.longest && stretch.from - last.to <= rules.longestPause) {
      last.to = stretch.to;
      continue;
    }
    windows.push(...cutStretch(stretch, rules, loudness, step));
  }
  return windows;
}

function cutStretch(
  stretch: Stretch,
  rules: WindowRules,
  loudness: (at: number) => number,
  step: number
): Window[] {
  const windows: Window[] = [];
  let from = stretch.from;
  let overlap = 0;
  while (stretch.to - from > rules.longest) {
    const half = rules.overlap / 2;
    const cut = quietest(from + rules.longest / 2, from + rules.longest - half, loudness, step);
    windows.push({ from, to: Math.round(cut + half), overlap });
    from = Math.round(cut - half);
    overlap = Math.round(cut + half) - from;
  }
  windows.push({ from, to: stretch.to, overlap });
  return windows;
}

/** The later of equally quiet places: longer windows give more context. */
function quietest(from: number, to: number, loudness: (at: number) => number, step: number): number {
  let best = to;
  let least = Infinity;
  for (let at = from; at <= to; at += step) {
    const value = loudness(at);
    if (value <= least) {
      least = value;
      best = at;
    }
  }
  return best;
}
