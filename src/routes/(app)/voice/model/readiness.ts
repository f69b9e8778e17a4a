import { ME } from '$lib/messages';
import type { SpeakerProfile, VoiceModel, VoiceSample } from '$lib/voice';
import { isBeingJudged } from '../samples/standing';

/** Why a training can't begin. */
export type Missing = 'consent' | 'samples' | 'listening' | 'counting';

/** What a training would use, and what it lacks. */
export interface Readiness {
  /** Recordings that count, and their length together. */
  counted: number;
  countedMs: number;
  /** Looked at, and something speaks against them. */
  setAside: number;
  /** Not looked at yet. */
  waiting: number;
  /** Could not be looked at. */
  failed: number;
  /** Of those that count, how many the voice model in use doesn't know. */
  fresh: number;
  /** The voice model in use was made of exactly these. */
  same: boolean;
  missing: Missing | null;
}

export function readinessOf(
  samples: readonly VoiceSample[],
  profile: Pick<SpeakerProfile, 'id' | 'consent'>,
  model: Pick<VoiceModel, 'samples'> | null
): Readiness {
  const judged = samples.filter(({ status }) => status === 'completed');
  const counted = judged.filter(({ weight }) => weight > 0);
  const waiting = samples.filter(isBeingJudged).length;
  const known = new Set(
    model?.samples.filter(({ setAside }) => setAside !== 'problems').map(({ sampleId }) => sampleId)
  );
  const fresh = counted.filter(({ id }) => !known.has(id)).length;
  return {
    counted: counted.length,
    countedMs: counted.reduce((sum, { durationMs }) => sum + durationMs, 0),
    setAside: judged.length - counted.length,
    waiting,
    failed: samples.length - judged.length - waiting,
    fresh,
    same: model !== null && fresh === 0 && known.size === counted.length,
    missing: missingOf()
  };

  function missingOf(): Missing | null {
    if (profile.id !== ME && !profile.consent) return 'consent';
    if (samples.length === 0) return 'samples';
    if (counted.length > 0) return null;
    return waiting > 0 ? 'listening' : 'counting';
  }
}
