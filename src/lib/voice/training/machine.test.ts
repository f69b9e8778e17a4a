import { describe, expect, it } from 'vitest';
import type { TrainingSession } from '$lib/storage';
import { advance, isActive, newSession, STEPS, type TrainingEvent } from './machine';

const fresh = newSession('t', 'me', 'trained', 1);
const through = (session: TrainingSession, ...events: TrainingEvent[]) => events.reduce(advance, session);
const finished: TrainingEvent = { type: 'finished', found: {}, at: 2 };

describe('a training', () => {
  it('goes step by step to its end, and its progress only on', () => {
    let now = advance(fresh, { type: 'begun', at: 2 });
    expect(now).toMatchObject({ status: 'processing', currentStep: 'check', progress: 0 });
    const progress = [now.progress];
    for (const step of STEPS.slice(1)) {
      now = advance(now, { type: 'worked', done: 1, total: 2, at: 3 });
      progress.push(now.progress);
      now = advance(now, finished);
      progress.push(now.progress);
      expect(now).toMatchObject({ currentStep: step, stepDone: 0, stepTotal: 0 });
    }
    now = advance(now, { type: 'completed', modelVersion: 4, found: { confidenceScore: 0.5 }, at: 9 });
    expect(now).toMatchObject({
      status: 'completed',
      progress: 1,
      modelVersion: 4,
      confidenceScore: 0.5,
      completedAt: 9
    });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(now.work).toBeUndefined();
    expect(isActive(now)).toBe(false);
  });

  it('spends most of its progress on what runs models', () => {
    const at = (step: (typeof STEPS)[number]) =>
      through(fresh, ...STEPS.slice(0, STEPS.indexOf(step)).map(() => finished)).progress;
    expect(at('outliers') - at('embed')).toBeGreaterThan(0.4);
    expect(at('save') - at('enrol')).toBeGreaterThan(0.4);
  });

  it('does not go back when it looks at the recordings again', () => {
    const late = through(fresh, ...STEPS.slice(1).map(() => finished));
    const again = advance(late, { type: 'changed', at: 5 });
    expect(again).toMatchObject({ currentStep: 'check', progress: late.progress, centroidEmbedding: null });
    expect(advance(again, finished).progress).toBe(late.progress);
  });

  it('counts beginnings without an end, and what is done begins the count anew', () => {
    const begun: TrainingEvent = { type: 'begun', at: 2 };
    const twice = through(fresh, begun, begun);
    expect(twice.work?.starts).toBe(2);
    expect(advance(twice, { type: 'worked', done: 1, total: 9, at: 2 }).work?.starts).toBe(1);
    expect(advance(twice, finished).work?.starts).toBe(1);
  });

  it.each<TrainingEvent>([
    { type: 'cancelled', at: 4 },
    { type: 'failed', error: { code: 'voice/no-samples', message: '' }, at: 4 },
    { type: 'completed', modelVersion: 1, found: {}, at: 4 }
  ])('that has ended ($type) stays as it is, whatever comes late', (end) => {
    const ended = through(fresh, { type: 'begun', at: 2 }, end);
    expect(ended.completedAt).toBe(4);
    const late: TrainingEvent[] = [
      { type: 'begun', at: 5 },
      { type: 'worked', done: 1, total: 1, at: 5 },
      finished,
      { type: 'changed', at: 5 },
      { type: 'completed', modelVersion: 2, found: {}, at: 5 },
      { type: 'failed', error: { code: 'unknown', message: '' }, at: 5 },
      { type: 'cancelled', at: 5 }
    ];
    for (const event of late) expect(advance(ended, event)).toBe(ended);
  });
});
