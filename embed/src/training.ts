import { TimbreError } from './errors';
import type { Session } from './session';
import type { TrainingStatus } from './protocol';
import type { PollOptions } from './types';

/** The seeds'. */
const INTERVAL_MS = 2000;
const TIMEOUT_MS = 600_000;

/**
 * Waits for a training's end. It tells of itself by events; where none comes, it is asked for.
 * Errors: `embed/timeout`, `job/cancelled`, those of getTrainingStatus.
 */
export function pollTraining(
  session: Pick<Session, 'call' | 'ended' | 'events' | 'isInPage' | 'patience'>,
  sessionId: string,
  { intervalMs = INTERVAL_MS, timeoutMs = TIMEOUT_MS, onProgress, signal }: PollOptions = {}
): Promise<TrainingStatus> {
  return new Promise((resolve, reject) => {
    /** Ends the question that is on its way. */
    const over = new AbortController();
    let next: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(next);
      next = setTimeout(ask, intervalMs);
    };
    const end = () => {
      over.abort();
      clearTimeout(next);
      ends.forEach((each) => each());
    };
    const fail = (error: TimbreError) => {
      end();
      reject(error);
    };
    const see = (status: TrainingStatus) => {
      if (over.signal.aborted) return;
      later();
      if (isOver(status)) {
        end();
        resolve(status);
      }
      onProgress?.(status);
    };
    const ask = () =>
      session.call('getTrainingStatus', { sessionId }, { signal: over.signal }).then(see, missed);
    const missed = (error: TimbreError) => {
      if (over.signal.aborted) return;
      // The frame is being loaded anew; the training's end is stored.
      if (error.code === 'embed/disconnected' && session.isInPage) later();
      else fail(error);
    };
    const abort = () => fail(new TimbreError('job/cancelled', 'the training is waited for no longer'));
    const leave = () => fail(session.ended.reason);
    const ends = [
      session.events.on('training', (status) => {
        if (status.id === sessionId) see(status);
      }),
      session.patience.after(timeoutMs, () =>
        fail(new TimbreError('embed/timeout', `the training took longer than ${timeoutMs} ms`))
      ),
      () => signal?.removeEventListener('abort', abort),
      () => session.ended.removeEventListener('abort', leave)
    ];
    signal?.addEventListener('abort', abort);
    session.ended.addEventListener('abort', leave);
    if (signal?.aborted) abort();
    else void ask();
  });
}

function isOver({ status }: TrainingStatus): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
