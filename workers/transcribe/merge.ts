/** Joining the words of two windows that overlap. */
import type { WindowWord } from './engines/whisper';

/**
 * One list of words out of two whose windows share some time: nothing twice, nothing lost.
 *
 * In the shared time the longest run of equal words is looked for; the first list is used up to its
 * middle and the second from there. Where the two have no word in common there, each word goes to
 * the side of the shared time's middle that its own middle lies on.
 *
 * Times are from one origin.
 */
export function joinWords(
  before: readonly WindowWord[],
  after: readonly WindowWord[],
  sharedFromMs: number,
  sharedToMs: number
): WindowWord[] {
  const firstShared = before.findIndex((word) => word.endMs > sharedFromMs);
  const lastShared = after.findLastIndex((word) => word.startMs < sharedToMs);
  if (firstShared < 0 || lastShared < 0) return [...before, ...after];
  const tail = before.slice(firstShared);
  const head = after.slice(0, lastShared + 1);
  const run = longestCommonRun(tail.map(spoken), head.map(spoken));
  if (run) {
    const half = Math.ceil(run.length / 2);
    return [...before.slice(0, firstShared + run.a + half), ...after.slice(run.b + half)];
  }
  const middle = (sharedFromMs + sharedToMs) / 2;
  const centre = (word: WindowWord) => (word.startMs + word.endMs) / 2;
  return [
    ...before.filter((word) => centre(word) < middle),
    ...after.filter((word) => centre(word) >= middle)
  ];
}

/** What two hearings of one word agree on: letters and digits, whatever their case. */
function spoken(word: WindowWord): string {
  return word.text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
}

/** The longest stretch of equal strings; of equally long ones the last of `a`'s. */
function longestCommonRun(
  a: readonly string[],
  b: readonly string[]
): { a: number; b: number; length: number } | undefined {
  let best: { a: number; b: number; length: number } | undefined;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      let length = 0;
      while (
        i + length < a.length &&
        j + length < b.length &&
        a[i + length] === b[j + length] &&
        a[i + length] !== ''
      )
        length++;
      if (length > 0 && length >= (best?.length ?? 1)) best = { a: i, b: j, length };
    }
  }
  return best;
}
