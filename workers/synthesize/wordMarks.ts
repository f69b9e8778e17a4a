/** When each word is spoken: an estimate, since the model says nothing of it. */
import type { Mark } from './baseVoice';
import { audibleRange, spokenRms } from './level';

/** A word's place in the text, and how long it is beside the others: its phonemes. */
export interface WeightedWord {
  at: number;
  weight: number;
}

/** In seconds. */
interface Gap {
  from: number;
  to: number;
}

const BLOCK_SECONDS = 0.01;
/** Shorter silences are stops within words. */
const SHORTEST_GAP_SECONDS = 0.07;
/** So far below the speech is a pause. */
const GAP_DB = -30;
/** A clause's end is looked for so far from where it is expected: a part of the clause, and a little more. */
const TOLERANCE = 0.2;
const TOLERANCE_SECONDS = 0.25;

/**
 * Words share the time that is not silent by their phonemes; a clause's end is moved to the pause that is nearest to
 * where it would be, if there is one near it.
 * @param clauses the words of each, in order of speech. @returns a mark for each word, from the sound's start.
 */
export function wordMarks(
  clauses: readonly (readonly WeightedWord[])[],
  samples: Float32Array,
  sampleRateHz: number
): Mark[] {
  const heard = audibleRange(samples);
  if (!heard) return [];
  const [first, last] = [heard.first / sampleRateHz, heard.end / sampleRateHz];
  const gaps = gapsIn(samples, sampleRateHz).filter(({ from, to }) => from > first && to < last);
  const voiced = last - first - gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const weights = clauses.map(weightOf);
  const perWeight = voiced / weights.reduce((sum, weight) => sum + weight, 0);

  const marks: Mark[] = [];
  let start = first;
  let free = gaps;
  clauses.forEach((words, i) => {
    const length = (weights[i] as number) * perWeight;
    const border = i === clauses.length - 1 ? { from: last, to: last } : borderOf(start, length, free);
    const within = free.filter(({ to }) => to < border.from);
    marks.push(...spread(words, start, border.from, within));
    free = free.filter(({ from }) => from >= border.to);
    start = border.to;
  });
  return marks;
}

function weightOf(words: readonly WeightedWord[]): number {
  return words.reduce((sum, { weight }) => sum + weight, 0);
}

/** The pause at which a clause of so much speech ends; none where no pause is near. */
function borderOf(start: number, length: number, gaps: readonly Gap[]): Gap {
  const tolerance = TOLERANCE_SECONDS + TOLERANCE * length;
  let nearest: Gap | undefined;
  let least = tolerance;
  let silent = 0;
  for (const gap of gaps) {
    const distance = Math.abs(gap.from - silent - start - length);
    if (distance <= least) [nearest, least] = [gap, distance];
    silent += gap.to - gap.from;
  }
  const expected = after(start, length, gaps);
  return nearest ?? { from: expected, to: expected };
}

/** Words over the time of their clause without its pauses. */
function spread(words: readonly WeightedWord[], start: number, end: number, gaps: readonly Gap[]): Mark[] {
  const voiced = end - start - gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const total = weightOf(words);
  let before = 0;
  return words.map(({ at, weight }) => {
    const time = after(start, (voiced * before) / total, gaps);
    before += weight;
    return { at, timeMs: 1000 * time };
  });
}

/** The time at which so much speech is over, pauses not counted. */
function after(start: number, length: number, gaps: readonly Gap[]): number {
  return gaps.reduce((time, { from, to }) => (from <= time ? time + to - from : time), start + length);
}

function gapsIn(samples: Float32Array, sampleRateHz: number): Gap[] {
  const block = Math.round(BLOCK_SECONDS * sampleRateHz);
  const limit = (spokenRms(samples, sampleRateHz) * 10 ** (GAP_DB / 20)) ** 2 * block;
  const gaps: Gap[] = [];
  let from: number | undefined;
  for (let at = 0; at <= samples.length; at += block) {
    const part = samples.subarray(at, at + block);
    const isQuiet = at < samples.length && part.reduce((sum, x) => sum + x * x, 0) < limit;
    if (isQuiet) from ??= at;
    else if (from !== undefined) {
      if (at - from >= SHORTEST_GAP_SECONDS * sampleRateHz)
        gaps.push({ from: from / sampleRateHz, to: at / sampleRateHz });
      from = undefined;
    }
  }
  return gaps;
}
