import type { VoiceSample } from '$lib/voice';

type Judged = Pick<VoiceSample, 'status' | 'problems' | 'kept'>;

export function isBeingJudged({ status }: Pick<VoiceSample, 'status'>): boolean {
  return status === 'pending' || status === 'processing';
}

/** Something speaks against it, or stopped its judgement, and the person hasn't said what to do. */
export function needsAttention({ status, problems, kept }: Judged): boolean {
  return status === 'failed' || (status === 'completed' && problems.length > 0 && !kept);
}

/** Whether keeping it all the same would make it count: what holds no voice, or another one, never does. */
export function canCount({ status, problems }: Judged): boolean {
  return status === 'completed' && !problems.includes('no-speech') && !problems.includes('other-voice');
}

/** A phrase can be read again; what was said freely, or came from elsewhere, can't. */
export function canBeSaidAgain({ source, phraseText }: Pick<VoiceSample, 'source' | 'phraseText'>): boolean {
  return source === 'guided' && phraseText !== null;
}

/** Signal to noise, in dB, from which a recording is called very clear. */
const VERY_CLEAR_DB = 30;

export function isVeryClear({ quality }: Pick<VoiceSample, 'quality'>): boolean {
  return (quality?.snrDb ?? 0) >= VERY_CLEAR_DB;
}
