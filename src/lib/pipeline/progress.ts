import { derived, writable, type Readable } from 'svelte/store';
import type { JobRecord, JobStep } from '$lib/storage';
import type { Progress } from '$workers/contract';
import { STEPS } from './machine';
import type { MessageProgress } from './types';

/**
 * Each step's share of a whole message: about its time for five seconds of speech into three languages on
 * the starter models. Only the bar's evenness depends on it; each step's own fraction is true.
 */
const SHARES: Record<JobStep, number> = {
  decode: 4,
  transcribe: 38,
  translate: 22,
  voice: 4,
  synthesize: 32
};

/** 0…1 of a job that began at `first`, when `fraction` of `step` is done. */
export function jobFraction(first: JobStep, step: JobStep, fraction: number): number {
  let done = 0;
  let whole = 0;
  const [begin, current] = [STEPS.indexOf(first), STEPS.indexOf(step)];
  STEPS.forEach((each, index) => {
    if (index < begin) return;
    whole += SHARES[each];
    if (index < current) done += SHARES[each];
    else if (index === current) done += SHARES[each] * Math.min(1, Math.max(0, fraction));
  });
  return done / whole;
}

/** The progress of every job that runs in this tab. */
export class ProgressBoard {
  private readonly store = writable<ReadonlyMap<string, MessageProgress>>(new Map());
  readonly all: Readable<ReadonlyMap<string, MessageProgress>> = { subscribe: this.store.subscribe };

  of(messageId: string): Readable<MessageProgress | null> {
    return derived(this.all, (all) => all.get(messageId) ?? null);
  }

  /** Neither fraction goes back while the job runs. */
  report(
    job: Pick<JobRecord, 'id' | 'first' | 'step' | 'fraction'>,
    progress: Progress,
    partialText?: string
  ): void {
    this.store.update((all) => {
      const before = all.get(job.id);
      const sameStage = before?.stage === progress.stage && before.language === progress.language;
      const messageFraction = Math.max(
        before?.messageFraction ?? job.fraction,
        jobFraction(job.first, job.step, progress.fraction)
      );
      const next: MessageProgress = {
        ...progress,
        messageId: job.id,
        fraction: Math.max(sameStage ? before.fraction : 0, Math.min(1, progress.fraction)),
        messageFraction
      };
      // It stays while the transcript that takes its place is on its way through the tables.
      const text = partialText ?? before?.partialText;
      if (text !== undefined) next.partialText = text;
      return new Map(all).set(job.id, next);
    });
  }

  clear(messageId: string): void {
    this.store.update((all) => {
      if (!all.has(messageId)) return all;
      const rest = new Map(all);
      rest.delete(messageId);
      return rest;
    });
  }
}
