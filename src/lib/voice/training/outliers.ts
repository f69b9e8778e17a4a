import { leaveOneOut, cosine, type Weighted } from './centroid';
import { median } from './statistics';

/** Robust standard deviations below the median: Iglewicz and Hoaglin (1993). */
const DEVIATIONS = 3.5;
/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const MAD_TO_DEVIATION = 1.4826;
/** Least distance below the median: in recordings that agree closely, nothing nearer is odd. */
const LEAST_GAP = 0.15;

/**
 * Which of the recordings that count belong to another voice or to none; those of weight 0 are never named.
 *
 * The largest group of recordings that are alike is the voice (of two that are as large the heavier, then the one
 * with the earliest recording). Of its members those go that are far less like the others than usual. Fewer than
 * three, or no two that are alike: nobody can say which is odd, and all stay. At least two are always left.
 * @param link the mean cosine from which two groups are one voice.
 */
export function outliers(recordings: readonly Weighted[], link: number): boolean[] {
  const counted = recordings.flatMap(({ weight }, index) => (weight > 0 ? [index] : []));
  const none = recordings.map(() => false);
  if (counted.length < 3) return none;
  const at = (index: number) => recordings[index] as Weighted;
  const voice = largest(groups(counted, at, link), at);
  if (voice.length < 2) return none;

  const kept = new Set(voice);
  if (voice.length >= 4) {
    const similarities = leaveOneOut(voice.map(at));
    const middle = median(similarities);
    const usual = MAD_TO_DEVIATION * median(similarities.map((x) => Math.abs(x - middle)));
    const least = middle - Math.max(DEVIATIONS * usual, LEAST_GAP);
    voice.forEach((index, i) => {
      if ((similarities[i] as number) < least) kept.delete(index);
    });
  }
  return recordings.map(({ weight }, index) => weight > 0 && !kept.has(index));
}

/** Average linkage: the two groups that are the most alike in the mean become one, while that mean is `link` or more. */
function groups(members: readonly number[], at: (index: number) => Weighted, link: number): number[][] {
  const found = members.map((index) => [index]);
  // Sums of cosines between groups; they add up when groups become one.
  const sums = members.map((a) => members.map((b) => cosine(at(a).vector, at(b).vector)));
  const sum = (a: number, b: number) => (sums[a] as number[])[b] as number;
  const size = (a: number) => (found[a] as number[]).length;
  for (;;) {
    let best = { mean: -Infinity, a: 0, b: 0 };
    for (let a = 0; a < found.length; a++)
      for (let b = a + 1; b < found.length; b++) {
        const mean = sum(a, b) / (size(a) * size(b));
        if (mean > best.mean) best = { mean, a, b };
      }
    if (found.length < 2 || best.mean < link) return found;
    const { a, b } = best;
    (found[a] as number[]).push(...(found[b] as number[]));
    for (let c = 0; c < found.length; c++) {
      const both = sum(a, c) + sum(b, c);
      (sums[a] as number[])[c] = both;
      (sums[c] as number[])[a] = both;
    }
    found.splice(b, 1);
    sums.splice(b, 1);
    for (const row of sums) row.splice(b, 1);
  }
}

function largest(all: readonly number[][], at: (index: number) => Weighted): number[] {
  const weightOf = (group: number[]) => group.reduce((sum, index) => sum + at(index).weight, 0);
  const earliest = (group: number[]) => Math.min(...group);
  const [best = []] = [...all].sort(
    (a, b) => b.length - a.length || weightOf(b) - weightOf(a) || earliest(a) - earliest(b)
  );
  return [...best].sort((a, b) => a - b);
}
