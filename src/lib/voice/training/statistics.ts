/** The middle of some numbers; 0 for none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** 0 for none. */
export function mean(numbers: readonly number[]): number {
  return numbers.length > 0 ? numbers.reduce((sum, x) => sum + x, 0) / numbers.length : 0;
}
