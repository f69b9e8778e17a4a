import type { Audio } from '../../../workers/contract';
import { powerToDbfs } from '../energy';
import type { TimeSpan } from './types';

/** One bar of a waveform; bars are equally wide in time. */
export interface WaveBar {
  startMs: number;
  endMs: number;
  /** 0 (a dot) … 1. */
  height: number;
  /** Index of the word that it belongs to; null in a pause. */
  word: number | null;
}

/** This far below the loudest bar, a bar is a dot: about what a room adds. */
const RANGE_DB = 36;
/** A word's quietest bar still shows that somebody speaks. */
const MIN_WORD_HEIGHT = 0.12;
/** How much of a word's bars is the word's swell; the rest is each bar's own loudness. */
const SWELL = 0.6;

/** Mean power in each of `bars` equal parts of the samples. */
function barPowers(samples: Float32Array, bars: number): Float64Array {
  const powers = new Float64Array(bars);
  for (let bar = 0; bar < bars; bar++) {
    const from = Math.floor((bar * samples.length) / bars);
    const end = Math.floor(((bar + 1) * samples.length) / bars);
    let energy = 0;
    for (let i = from; i < end; i++) energy += (samples[i] ?? 0) ** 2;
    powers[bar] = end > from ? energy / (end - from) : 0;
  }
  return powers;
}

/**
 * The loudness of each part of a recording, as the ear judges it (in dB), for drawing.
 * @param bars how many, ≥ 1. @returns heights 0…1; the loudest is 1, silence 0.
 */
export function peaksOf(audio: Audio, bars: number): Float32Array {
  const powers = barPowers(audio.samples, Math.max(1, Math.floor(bars)));
  const loudestDb = powerToDbfs(Math.max(0, ...powers));
  if (loudestDb <= -100) return new Float32Array(powers.length);
  return Float32Array.from(powers, (power) => Math.max(0, 1 + (powerToDbfs(power) - loudestDb) / RANGE_DB));
}

/**
 * A waveform that follows the words: a word swells and falls, a pause is a dot.
 * @param words in the order of their times. @param bars how many, default four for each second, 24…96.
 * Without words, the bars are those of `peaksOf`.
 */
export function peaksByWords(audio: Audio, words: readonly TimeSpan[], bars?: number): WaveBar[] {
  const durationMs = (audio.samples.length / audio.sampleRateHz) * 1000;
  const count = Math.max(1, Math.floor(bars ?? Math.min(96, Math.max(24, (durationMs / 1000) * 4))));
  const heights = peaksOf(audio, count);
  return Array.from(heights, (height, bar) => {
    const startMs = (bar * durationMs) / count;
    const endMs = ((bar + 1) * durationMs) / count;
    const word = wordIn(words, startMs, endMs);
    const span = word === null ? undefined : words[word];
    const pauseHeight = words.length > 0 ? 0 : height;
    return { startMs, endMs, word, height: span ? swell(span, (startMs + endMs) / 2, height) : pauseHeight };
  });
}

/** The word that covers most of the bar, and more than a third of it. */
function wordIn(words: readonly TimeSpan[], startMs: number, endMs: number): number | null {
  let best: number | null = null;
  let most = (endMs - startMs) / 3;
  words.forEach((word, index) => {
    const overlap = Math.min(endMs, word.endMs) - Math.max(startMs, word.startMs);
    if (overlap > most) [best, most] = [index, overlap];
  });
  return best;
}

/** Rises and falls over the word like half a sine, mixed with what was really heard there. */
function swell(word: TimeSpan, atMs: number, height: number): number {
  const place = Math.min(1, Math.max(0, (atMs - word.startMs) / Math.max(1, word.endMs - word.startMs)));
  const shape = 0.35 + 0.65 * Math.sin(Math.PI * place);
  return Math.max(MIN_WORD_HEIGHT, height * (1 - SWELL + SWELL * shape));
}
