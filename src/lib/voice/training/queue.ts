import { asStorageError } from '$lib/storage';
import { WorkQueue } from '$lib/work';
import { isActive } from './machine';
import { runTraining } from './run';
import type { TrainingDeps } from './types';

/** Works trainings off, oldest first. */
export class TrainingQueue extends WorkQueue {
  constructor(deps: TrainingDeps) {
    super({
      locks: deps.locks,
      lock: 'timbre-training',
      async next() {
        const sessions = (await deps.storage.store.all('trainings')).filter(isActive);
        return sessions.sort((a, b) => a.startedAt - b.startedAt)[0]?.id;
      },
      work: (sessionId, controller) => runTraining(deps, sessionId, controller),
      onError: (error) => deps.onProblem(asStorageError(error))
    });
  }
}
