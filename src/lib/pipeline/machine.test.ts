import { describe, expect, it } from 'vitest';
import type { JobRecord } from '$lib/storage';
import { advance, isActive, newJob, STEPS } from './machine';
import { jobFraction } from './progress';

const job = (change: Partial<JobRecord> = {}): JobRecord => ({ ...newJob('m', 'decode', 1), ...change });

describe('a job', () => {
  it('goes step by step to its end', () => {
    let now = advance(job(), { type: 'begun' });
    expect(now).toMatchObject({ state: 'running', starts: 1, run: 1 });
    for (const next of ['transcribe', 'translate', 'voice', 'synthesize'] as const) {
      now = advance(now, { type: 'finished', next, fraction: jobFraction('decode', next, 0), tookMs: 10 });
      expect(now).toMatchObject({ state: 'running', step: next, starts: 1 });
    }
    now = advance(now, { type: 'finished', next: null, fraction: 1, tookMs: 10 });
    expect(now).toMatchObject({ state: 'done', fraction: 1, elapsedMs: 50, run: 1 });
    expect(isActive(now)).toBe(false);
  });

  it('fails with its error, and begins again without it', () => {
    const failed = advance(job({ state: 'running', step: 'voice', starts: 2 }), {
      type: 'failed',
      error: { code: 'unknown', message: '' },
      tookMs: 5
    });
    expect(failed).toMatchObject({ state: 'failed', step: 'voice', starts: 0, elapsedMs: 5 });
    expect(advance(failed, { type: 'requested', step: 'translate', at: 9 })).toMatchObject({
      state: 'waiting',
      step: 'translate',
      first: 'translate',
      error: null,
      run: 2,
      queuedAt: 9,
      elapsedMs: 5
    });
  });

  it('gets a new number whenever a person decides, so that older work is known', () => {
    expect(advance(job({ state: 'running' }), { type: 'cancelled' })).toMatchObject({
      state: 'cancelled',
      run: 2
    });
    expect(advance(job({ state: 'running' }), { type: 'requested', step: 'decode', at: 1 }).run).toBe(2);
    expect(advance(job({ state: 'running' }), { type: 'begun' }).run).toBe(1);
  });

  it('that was left in order has not been begun once more', () => {
    const running = job({ state: 'running', starts: 2 });
    expect(advance(running, { type: 'begun' }).starts).toBe(3);
    expect(advance(running, { type: 'begun', left: true }).starts).toBe(2);
    expect(advance(job(), { type: 'begun', left: true }).starts).toBe(1);
  });
});

it('the whole is the sum of its steps, from wherever it begins', () => {
  for (const first of STEPS) {
    const points = STEPS.slice(STEPS.indexOf(first)).flatMap((step) =>
      [0, 0.5, 1].map((part) => jobFraction(first, step, part))
    );
    expect(points[0]).toBe(0);
    expect(points.at(-1)).toBeCloseTo(1, 12);
    expect(points).toEqual([...points].sort((a, b) => a - b));
  }
  expect(jobFraction('decode', 'voice', 7)).toBeLessThanOrEqual(1);
  expect(jobFraction('translate', 'decode', 1)).toBe(0);
});
