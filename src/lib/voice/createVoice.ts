import { createProfiles } from './profiles';
import { createSamples, type StudioDeps } from './samples';
import { createTraining, createVoicePolicy, type TrainingDeps } from './training';
import type { Voice } from './types';

/** What a voice works with: the studio's part and training's, which share most. */
export type VoiceDeps = StudioDeps & TrainingDeps;

/** The whole of a person's voice. Nothing runs before it is asked: `samples.resume()` and `training.resume()` take up what was left. */
export function createVoice(deps: VoiceDeps): Voice {
  return {
    profiles: createProfiles(deps),
    samples: createSamples(deps),
    training: createTraining(deps),
    policy: createVoicePolicy(deps)
  };
}
