import { storedError, type AudioMessage, type JobStep } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { isCancelled } from '$lib/abort';
import { cancelIn } from './cancel';
import { commit, type Run, type Step, type StepEnd } from './context';
import { formerLanguage } from './formerLanguage';
import { advance, endStatus, isActive, MOST_STARTS, stopped } from './machine';
import { jobFraction, type ProgressBoard } from './progress';
import { decode } from './steps/decode';
import { synthesize } from './steps/synthesize';
import { transcribe } from './steps/transcribe';
import { translate } from './steps/translate';
import { voice } from './steps/voice';
import type { PipelineDeps } from './types';

const WORK: Record<JobStep, Step> = { decode, transcribe, translate, voice, synthesize };

/**
 * Takes one job as far as it goes: step by step, each stored before the next begins. The job's end, good or
 * bad, is in the tables; this rejects only when they can't be written.
 */
export async function runJob(
  deps: PipelineDeps,
  board: ProgressBoard,
  messageId: string,
  controller: AbortController
): Promise<void> {
  const begun = await begin(deps, board, messageId, controller.signal);
  if (!begun) return;
  const { run } = begun;
  const unwatch = watch(run, controller);
  const stay = deps.farewell.watch(messageId);
  let startedAt = deps.clock.monotonic();
  try {
    let message = begun.message;
    for (let step: JobStep | null = run.job.step; step;) {
      if (run.job.starts > MOST_STARTS)
        throw new TimbreError('worker/crashed', `${step} was begun ${MOST_STARTS} times without an end`);
      board.report(run.job, { stage: step, fraction: 0 });
      const end: StepEnd = await WORK[step](run, message);
      const now = deps.clock.monotonic();
      ({ message, next: step } = await finish(run, end, now - startedAt));
      startedAt = now;
    }
  } catch (error) {
    // An engine may still be at what nobody waits for.
    controller.abort();
    if (isCancelled(error)) await cancelHere(run);
    else await fail(run, error, deps.clock.monotonic() - startedAt);
  } finally {
    unwatch();
    stay();
    board.clear(messageId);
  }
}

/** Null: there is nothing to do. */
async function begin(
  deps: PipelineDeps,
  board: ProgressBoard,
  messageId: string,
  signal: AbortSignal
): Promise<{ run: Run; message: AudioMessage } | null> {
  const left = deps.farewell.take(messageId);
  return deps.storage.store.write(['jobs', 'messages', 'versions'], async (unit) => {
    const now = deps.clock.now();
    const [job, message] = await Promise.all([unit.get('jobs', messageId), unit.get('messages', messageId)]);
    if (!job || !isActive(job)) return null;
    if (!message || message.deletedAt !== null) {
      await cancelIn(unit, messageId, now);
      return null;
    }
    const begun = { ...advance(job, { type: 'begun', left }), updatedAt: now };
    await unit.put('jobs', begun);
    const working: AudioMessage = { ...message, status: 'working', error: null, updatedAt: now };
    await unit.put('messages', working);
    return { run: { deps, board, messageId, job: begun, signal }, message: working };
  });
}

/** A change of the job or the message by anyone, in any tab, ends this run's work at once. */
function watch(run: Run, controller: AbortController): () => void {
  const live = run.deps.storage.store.live(async (reader) => {
    const [job, message] = await Promise.all([
      reader.get('jobs', run.messageId),
      reader.get('messages', run.messageId)
    ]);
    return job?.run === run.job.run && message !== undefined && message.deletedAt === null;
  });
  return live.subscribe((mine) => {
    if (mine === false) controller.abort();
  });
}

/** Stores what a step made. @returns the message as it is now, and what follows. */
async function finish(
  run: Run,
  end: StepEnd,
  tookMs: number
): Promise<{ message: AudioMessage; next: JobStep | null }> {
  const finished = await commit(run, ['versions', ...end.tables], async (unit, message, current) => {
    const following = await end.store(unit, message);
    // The step may have written both rows.
    const [nowJob, nowMessage] = [
      (await unit.get('jobs', run.messageId)) ?? current,
      (await unit.get('messages', run.messageId)) ?? message
    ];
    const updatedAt = run.deps.clock.now();
    const fraction = following ? jobFraction(nowJob.first, following, 0) : 1;
    const stored = { ...advance(nowJob, { type: 'finished', next: following, fraction, tookMs }), updatedAt };
    await unit.put('jobs', stored);
    const status = following
      ? nowMessage.status
      : endStatus(nowMessage, await unit.where('versions', 'messageId', run.messageId));
    const kept: AudioMessage = { ...nowMessage, status, processingTimeMs: stored.elapsedMs, updatedAt };
    await unit.put('messages', kept);
    return { job: stored, message: kept, next: following };
  });
  run.job = finished.job;
  return finished;
}

/** A failed step keeps what the finished ones made. */
async function fail(run: Run, cause: unknown, tookMs: number): Promise<void> {
  const error = storedError(cause);
  try {
    await commit(run, ['versions'], async (unit, message, job) => {
      const updatedAt = run.deps.clock.now();
      const failed = { ...advance(job, { type: 'failed', error, tookMs }), updatedAt };
      await unit.put('jobs', failed);
      let playable = false;
      for (const version of await unit.where('versions', 'messageId', run.messageId)) {
        playable ||= version.audio !== null;
        await unit.put('versions', stopped(version, error));
      }
      const status = playable ? 'incomplete' : 'failed';
      const unknown = job.step === 'transcribe' && error.code === 'language/unsupported';
      await unit.put('messages', {
        ...message,
        languageOverride: unknown ? formerLanguage(message) : message.languageOverride,
        status,
        error,
        processingTimeMs: failed.elapsedMs,
        updatedAt
      });
    });
  } catch (superseded) {
    // Somebody has decided otherwise meanwhile; theirs stands.
    if (!isCancelled(superseded)) throw superseded;
  }
}

/** The engines were stopped, or the message was deleted, with nobody having told the job. */
async function cancelHere(run: Run): Promise<void> {
  await run.deps.storage.store.write(['jobs', 'messages', 'versions'], async (unit) => {
    const job = await unit.get('jobs', run.messageId);
    if (!job || job.run !== run.job.run || job.state !== 'running') return;
    await cancelIn(unit, run.messageId, run.deps.clock.now());
  });
}
