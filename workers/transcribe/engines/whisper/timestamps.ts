import { forbid, logSumExp } from './logits';

/** Where the timestamp tokens lie: `first` is `<|0.00|>`, later ones are 20 ms apart, up to the vocabulary's end. */
export interface TimestampRange {
  first: number;
  endToken: number;
  noTimestampsToken: number | undefined;
  /** The first timestamp may be at most this many steps in. */
  maxInitial: number;
}

/**
 * Whisper's rules for timestamps (reference code, `ApplyTimestampRules`), which keep them in pairs, rising,
 * and present: changes the logits of the next token.
 * @param said tokens since the prompt.
 */
export function applyTimestampRules(
  logits: Float32Array,
  said: readonly number[],
  range: TimestampRange
): void {
  const { first, endToken, noTimestampsToken } = range;
  const end = logits.length;
  if (noTimestampsToken !== undefined) forbid(logits, [noTimestampsToken]);
  const isTimestamp = (token: number | undefined) => token !== undefined && token >= first;
  const last = said.at(-1);
  if (said.length === 0) {
    logits.fill(-Infinity, 0, first);
    logits.fill(-Infinity, Math.min(end, first + range.maxInitial + 1), end);
    return;
  }
  const pairComplete = said.length < 2 || isTimestamp(said.at(-2));
  if (isTimestamp(last)) {
    if (pairComplete)
      logits.fill(-Infinity, first, end); // text or the end must follow
    else logits.fill(-Infinity, 0, endToken); // a segment was closed: its successor's start must follow, or the end
  }
  const latest = said.findLast(isTimestamp);
  if (latest !== undefined) {
    // Never back, and no segment without length; but a segment may begin where the last one ended.
    const mayRepeat = isTimestamp(last) && !pairComplete;
    logits.fill(-Infinity, first, Math.min(end, mayRepeat ? latest : latest + 1));
  }
  // When all timestamps together are likelier than any single text token, a timestamp it is.
  let likeliestText = -Infinity;
  for (let i = 0; i < first; i++) likeliestText = Math.max(likeliestText, logits[i] as number);
  if (logSumExp(logits, first, end) > likeliestText) logits.fill(-Infinity, 0, first);
}
