import type { Engines } from '$lib/engines';
import type { Storage } from '$lib/storage';
import {
  breathe,
  browserStudioDeps,
  createMatchedEnroller,
  createVoice,
  openVoiceEnroller,
  type Voice
} from '$lib/voice';
import { newId } from './newId';

/**
 * Profiles, samples, training and voice models, on the pipeline's own workers. What a closed tab left unfinished goes
 * on, and what is due is recalibrated, once a page needs the voice.
 */
export async function openVoice(storage: Storage, engines: Engines): Promise<Voice> {
  const { resample } = await import('$lib/audio');
  const fitting = { engines, resample, breathe, now: () => performance.now() };
  const voice = createVoice({
    ...browserStudioDeps({
      storage,
      engines,
      newId,
      embeddingModel: () => engines.embeddingModel(),
      onProblem: (problem) => console.warn('The voice studio goes on without it.', problem)
    }),
    resample,
    enrollers: [createMatchedEnroller(fitting), openVoiceEnroller(engines)],
    quickEnrollers: [createMatchedEnroller(fitting, { searchMs: 0 }), openVoiceEnroller(engines)],
    clock: { now: () => Date.now(), monotonic: () => performance.now() }
  });
  const takeUp = async () => {
    await voice.samples.resume();
    await voice.training.resume();
  };
  takeUp().catch((error: unknown) =>
    console.error('What was left of the voice studio could not be taken up.', error)
  );
  return voice;
}
