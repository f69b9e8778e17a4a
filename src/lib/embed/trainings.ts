import type { TrainingSession, Voice } from '$lib/voice';
import type { TrainingStatus } from '$sdk/protocol';
import { isOver, trainingOf } from './calls/shapes';

/** Tells how trainings come further that were started through this talk, each until it has ended. */
export class FollowedTrainings {
  private readonly followed = new Map<string, () => void>();

  constructor(private readonly onStep: (status: TrainingStatus) => void) {}

  follow({ id, speakerProfileId }: TrainingSession, { training }: Pick<Voice, 'training'>): void {
    if (this.followed.has(id)) return;
    let last = '';
    // Its end is told by what subscribing returns, which a first answer may come before.
    this.followed.set(id, () => {});
    const stop = training.sessions(speakerProfileId).subscribe((sessions) => {
      const session = sessions?.find((each) => each.id === id);
      // Unfollowed meanwhile, or not there any more: the voice was erased.
      if (!session || !this.followed.has(id)) return;
      const status = trainingOf(session);
      const now = JSON.stringify(status);
      if (now !== last) this.onStep(status);
      last = now;
      if (isOver(session)) this.unfollow(id);
    });
    if (this.followed.has(id)) this.followed.set(id, stop);
    else stop();
  }

  end(): void {
    for (const id of [...this.followed.keys()]) this.unfollow(id);
  }

  private unfollow(id: string): void {
    this.followed.get(id)?.();
    this.followed.delete(id);
  }
}
