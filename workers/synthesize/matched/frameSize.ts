/** The next even length that a transform is quick at: factors 2, 3 and 5 only. */
export function frameSize(samples: number): number {
  for (let size = 2 * Math.ceil(samples / 2); ; size += 2) {
    let rest = size;
    for (const factor of [2, 3, 5]) while (rest % factor === 0) rest /= factor;
    if (rest === 1) return size;
  }
}
