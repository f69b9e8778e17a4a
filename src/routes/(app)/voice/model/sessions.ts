import type { Training, TrainingSession, TrainingStep } from '$lib/voice';
import { busy } from '$lib/ui';

/** In the order in which they are done. */
export const STEPS: readonly TrainingStep[] = [
  'check',
  'embed',
  'outliers',
  'centroid',
  'calibrate',
  'enrol',
  'save'
];

export function isRunning({ status }: Pick<TrainingSession, 'status'>): boolean {
  return status === 'pending' || status === 'processing';
}

/** The profiles whose training keeps the app from replacing itself. */
const marked = new Set<string>();

/**
 * From now until this profile's training has ended, the app doesn't reload itself; also when the person leaves the page,
 * because the training goes on.
 */
export function busyWhileTraining(training: Pick<Training, 'sessions'>, profileId: string): void {
  if (marked.has(profileId)) return;
  marked.add(profileId);
  const done = busy.begin('a voice is being trained');
  let ended = false;
  const stop = training.sessions(profileId).subscribe((sessions) => {
    if (!sessions || sessions.some(isRunning) || ended) return;
    ended = true;
    marked.delete(profileId);
    done();
    // Its first answer may come before there is anything to stop.
    queueMicrotask(() => stop());
  });
}
