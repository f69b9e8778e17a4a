import type { AudioMeasure } from '$lib/audio';
import type { SampleProblem } from '$lib/storage';
import { ONE_VOICE_COSINE, SAMPLE_LIMITS } from './limits';
import type { Standing } from './standing';
import type { Heard } from './types';
import { isSomethingElse } from './words';

/** What is known of a recording by itself. */
export interface Evidence {
  measured: Pick<
    AudioMeasure,
    'durationMs' | 'speechShare' | 'speechDbfs' | 'rmsDbfs' | 'clippingShare' | 'snrDb'
  >;
  /** Null: nobody listened for words. */
  heard: Heard | null;
  /** What was to be read out; null: anything. */
  phraseText: string | null;
  /** How that stands among other phrases; null: not known. */
  standing: Standing | null;
  /** Of the file itself, before it was decoded; null: not known. */
  sourceRateHz: number | null;
  /** How like each other its pieces are, −1…1; null: too short to say. */
  agreement: number | null;
}

/** What speaks against a recording by itself, the most important first. Whose voice it is shows only beside others. */
export function judge(evidence: Evidence): SampleProblem[] {
  const { measured, heard, phraseText, standing, sourceRateHz, agreement } = evidence;
  const speechMs = speechMsOf(measured);
  const silent = speechMs === 0 || heard?.text.trim() === '';
  const level = speechMs === 0 ? measured.rmsDbfs : measured.speechDbfs;
  const problems: [SampleProblem, boolean][] = [
    ['no-speech', silent],
    ['too-short', !silent && speechMs < SAMPLE_LIMITS.minSpeechMs],
    ['too-quiet', level < SAMPLE_LIMITS.minSpeechDbfs],
    ['clipped', measured.clippingShare > SAMPLE_LIMITS.maxClippingShare],
    // Without speech there is nothing for the noise to be compared with.
    ['noisy', !silent && measured.snrDb < SAMPLE_LIMITS.minSnrDb],
    ['narrow', sourceRateHz !== null && sourceRateHz < SAMPLE_LIMITS.minRateHz],
    ['two-voices', !silent && agreement !== null && agreement < ONE_VOICE_COSINE],
    [
      'not-the-phrase',
      !silent && phraseText !== null && isSomethingElse(phraseText, { heard, standing, speechMs })
    ]
  ];
  return problems.flatMap(([problem, holds]) => (holds ? [problem] : []));
}

export function speechMsOf({
  durationMs,
  speechShare
}: Pick<AudioMeasure, 'durationMs' | 'speechShare'>): number {
  return durationMs * speechShare;
}
