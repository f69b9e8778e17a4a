import { TimbreError, type Lang, type Speech } from '../contract';
import type { BaseVoice, Spoken } from './baseVoice';
import { estimatedMarks } from './estimatedMarks';
import { GrowingSound } from './growingSound';
import { addAir, audibleRange, normaliseLevel } from './level';
import { stretchesOf, type Stretch } from './stretches';
import { timeWords, wordsOf, type TimedWord } from './words';

/** Kept around what is audible, so that soft beginnings and ends stay. */
const MARGIN_SECONDS = 0.02;
const LAST_PAUSE_MS = 120;
/** Room for the sound at first: a character of most alphabets takes less, of long texts no more than this. */
const [SECONDS_A_CHARACTER, MOST_SECONDS] = [0.1, 60];

/**
 * Text of any length as speech in one voice, stretch by stretch, at an even level.
 * @param onFraction share of the text that is spoken.
 * @throws TimbreError 'input/invalid' (empty), 'synthesize/failed' (nothing in it can be spoken).
 */
export async function synthesize(
  text: string,
  language: Lang,
  base: BaseVoice,
  onFraction?: (fraction: number) => void
): Promise<Speech> {
  const stretches = stretchesOf(text, language);
  if (stretches.length === 0) throw new TimbreError('input/invalid', 'there is no text to speak');
  const sound = new GrowingSound();
  const words: TimedWord[] = [];
  let sampleRateHz = 0;
  for (const [index, stretch] of stretches.entries()) {
    const spoken = await base.say(stretch.text, language, (fraction) =>
      onFraction?.((stretch.start + fraction * stretch.text.length) / text.length)
    );
    sampleRateHz = spoken.sampleRateHz;
    const heard = cut(spoken, stretch, language);
    if (!heard) continue; // nothing but marks
    if (sound.length === 0)
      sound.begin(sampleRateHz * Math.min(MOST_SECONDS, SECONDS_A_CHARACTER * text.length));
    const offsetMs = (1000 * sound.length) / sampleRateHz;
    words.push(
      ...heard.words.map(({ text: word, startMs, endMs }) => ({
        text: word,
        startMs: startMs + offsetMs,
        endMs: endMs + offsetMs
      }))
    );
    sound.add(heard.samples);
    const pauseMs = index === stretches.length - 1 ? LAST_PAUSE_MS : stretch.pauseMs;
    sound.addSilence(Math.round((pauseMs * sampleRateHz) / 1000));
  }
  if (words.length === 0) throw new TimbreError('synthesize/failed', 'nothing in this text can be spoken');

  const samples = sound.whole();
  normaliseLevel(samples, sampleRateHz);
  addAir(samples);
  return {
    audio: { samples, sampleRateHz },
    fidelity: base.fidelity ?? 'stock',
    model: base.modelName(language),
    words
  };
}

/** One stretch without the silence around it; its words end where they fall silent. */
function cut(
  spoken: Spoken,
  stretch: Stretch,
  language: Lang
): { samples: Float32Array; words: TimedWord[] } | undefined {
  const { samples, sampleRateHz } = spoken;
  const heard = audibleRange(samples);
  const marks = spoken.marks.length > 0 ? spoken.marks : estimatedMarks(stretch.text, language, spoken);
  if (!heard || marks.length === 0) return undefined;
  const margin = Math.round(MARGIN_SECONDS * sampleRateHz);
  const from = Math.max(0, heard.first - margin);
  const to = Math.min(samples.length, heard.end + margin);
  const toMs = (sample: number) => (1000 * sample) / sampleRateHz;
  const toSample = (ms: number) => Math.round((ms * sampleRateHz) / 1000);
  const timed = timeWords(wordsOf(stretch.text, language), marks, toMs(heard.end));
  const words = timed.map(({ text, startMs, endMs }) => {
    const own = audibleRange(samples, toSample(startMs), Math.min(samples.length, toSample(endMs)));
    const end = own ? Math.min(endMs, toMs(own.end)) : endMs;
    return { text, startMs: Math.max(0, startMs - toMs(from)), endMs: Math.max(0, end - toMs(from)) };
  });
  return { samples: samples.subarray(from, to), words };
}
