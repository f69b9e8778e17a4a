import type { Engines } from '$lib/engines';
import type { Storage } from '$lib/storage';
import {
  breathe,
  browserStudioDeps,
  cloningEnrollers,
  createMatchedEnroller,
  createVoice,
  type Voice
} from '$lib/voice';
import { newId } from '$lib/ids';

/** Profiles, samples, training and voice models, on the pipeline's own workers. */
export async function openVoice(storage: Storage, engines: Engines): Promise<Voice> {
  const { resample } = await import('$lib/audio');
  const fitting = { engines, resample, breathe, now: () => performance.now() };
  return createVoice({
    ...browserStudioDeps({
      storage,
      engines,
      newId,
      embeddingModel: () => engines.embeddingModel(),
      onProblem: (problem) => console.warn('The voice studio goes on without it.', problem)
    }),
    resample,
    enrollers: [createMatchedEnroller(fitting), ...cloningEnrollers(engines)],
    quickEnrollers: [createMatchedEnroller(fitting, { searchMs: 0 }), ...cloningEnrollers(engines)],
    clock: { now: () => Date.now(), monotonic: () => performance.now() }
  });
}
