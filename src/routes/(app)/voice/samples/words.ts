/** A sample in words: what it is called, what is known of it, what speaks against it and what to do. */
import * as m from '$lib/paraglide/messages.js';
import { errorSentence, formatWhen, getLocale } from '$lib/ui';
import type { SampleProblem, SampleSource, VoiceSample } from '$lib/voice';
import { categoryName } from '../record/words';
import { canBeSaidAgain, isVeryClear } from './standing';

const WORDS: Record<SampleProblem, { short: () => string; wrong: () => string; again: () => string }> = {
  'no-speech': {
    short: m.voice_sample_no_speech,
    wrong: m.voice_sample_no_speech_wrong,
    again: m.voice_sample_no_speech_again
  },
  'too-short': {
    short: m.voice_sample_too_short,
    wrong: m.voice_sample_too_short_wrong,
    again: m.voice_sample_too_short_again
  },
  'too-quiet': {
    short: m.voice_sample_too_quiet,
    wrong: m.voice_sample_too_quiet_wrong,
    again: m.voice_sample_too_quiet_again
  },
  clipped: {
    short: m.voice_sample_clipped,
    wrong: m.voice_sample_clipped_wrong,
    again: m.voice_sample_clipped_again
  },
  noisy: {
    short: m.voice_sample_noisy,
    wrong: m.voice_sample_noisy_wrong,
    again: m.voice_sample_noisy_again
  },
  narrow: {
    short: m.voice_sample_narrow,
    wrong: m.voice_sample_narrow_wrong,
    again: m.voice_sample_narrow_again
  },
  'two-voices': {
    short: m.voice_sample_two_voices,
    wrong: m.voice_sample_two_voices_wrong,
    again: m.voice_sample_two_voices_again
  },
  'not-the-phrase': {
    short: m.voice_sample_not_the_phrase,
    wrong: m.voice_sample_not_the_phrase_wrong,
    again: m.voice_sample_not_the_phrase_again
  },
  'other-voice': {
    short: m.voice_sample_other_voice,
    wrong: m.voice_sample_other_voice_wrong,
    again: m.voice_sample_other_voice_again
  }
};

const SOURCES: Record<SampleSource, () => string> = {
  guided: m.voice_sample_from_phrase,
  freestyle: m.voice_sample_from_speech,
  file: m.voice_sample_from_file,
  message: m.voice_sample_from_message
};

/** What was said, or what the person called it. */
export function titleOf(sample: VoiceSample): string {
  const { originalName, phraseText, transcript, createdAt } = sample;
  return originalName || phraseText || transcript || m.voice_sample_untitled({ when: formatWhen(createdAt) });
}

/** The language of the title, where that is what was said. */
export function titleLanguage({
  originalName,
  phraseText,
  transcript,
  language
}: VoiceSample): string | undefined {
  return !originalName && (phraseText || transcript) ? (language ?? undefined) : undefined;
}

/** Its kind, length and the figure that matters: "Everyday, 3.1 s, 34 dB over noise". */
export function factsOf(sample: VoiceSample): string {
  const kind = sample.phraseCategory ? categoryName(sample.phraseCategory) : SOURCES[sample.source]();
  const length = sample.durationMs > 0 ? lengthText(sample.durationMs) : '';
  return [kind, length, figureOf(sample)].filter((part) => part !== '').join(', ');
}

function figureOf({ quality, problems }: VoiceSample): string {
  if (!quality) return '';
  if (problems[0] === 'clipped')
    return m.voice_sample_figure_clipped({ share: number(100 * quality.clipping, 1) });
  if (problems[0] === 'too-quiet') return m.voice_sample_figure_level({ value: number(quality.speechDbfs) });
  return quality.snrDb > 0 ? m.voice_sample_figure_noise({ value: number(quality.snrDb) }) : '';
}

/** How it was judged, in a word or two. */
export function verdictOf(sample: VoiceSample): string {
  const [first] = sample.problems;
  if (!first) return isVeryClear(sample) ? m.voice_sample_very_clear() : m.voice_sample_clear();
  return sample.kept ? m.voice_sample_kept({ what: WORDS[first].short() }) : WORDS[first].short();
}

/** What speaks against it; empty: nothing. */
export function wrongIn({ problems: [first] }: Pick<VoiceSample, 'problems'>): string {
  return first ? WORDS[first].wrong() : '';
}

/** What can be done about that. */
export function adviceFor(sample: VoiceSample): string {
  const [first] = sample.problems;
  if (!first) return '';
  return canBeSaidAgain(sample) ? WORDS[first].again() : m.voice_sample_does_not_count();
}

/** All of the verdict, to be heard. */
export function verdictSentence(sample: VoiceSample): string {
  if (sample.status === 'failed') return errorSentence(sample.error?.code ?? 'unknown');
  const wrong = wrongIn(sample);
  return wrong ? `${wrong} ${adviceFor(sample)}` : verdictOf(sample);
}

/** "3.1 s", and from a minute on "1 min 8 s". */
export function lengthText(ms: number): string {
  if (ms < 60_000) return m.voice_sample_seconds({ value: number(ms / 1000, 1, 1) });
  const seconds = Math.round(ms / 1000);
  return m.voice_sample_minutes({ minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

function number(value: number, most = 0, least = 0): string {
  return value.toLocaleString(getLocale(), { maximumFractionDigits: most, minimumFractionDigits: least });
}
