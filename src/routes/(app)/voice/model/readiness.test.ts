import type { Consent, ModelSample, VoiceSample } from '$lib/voice';
import { describe, expect, it } from 'vitest';
import { readinessOf } from './readiness';

const me = { id: 'me', consent: null };
const ada = { id: 'ada', consent: null };
const allowed = { id: 'ada', consent: { audioId: 'consent' } as Consent };

const sample = (id: string, more: Partial<VoiceSample> = {}) =>
  ({ id, status: 'completed', weight: 1, durationMs: 4000, ...more }) as VoiceSample;
const placed = (sampleId: string, setAside: ModelSample['setAside'] = null): ModelSample => ({
  sampleId,
  similarity: 0.5,
  weight: setAside ? 0 : 1,
  setAside
});

describe('what a training would use', () => {
  it('counts by weight, and lengths of those alone', () => {
    const samples = [
      sample('a'),
      sample('b', { weight: 0.3, durationMs: 2500 }),
      sample('c', { weight: 0 }),
      sample('d', { status: 'processing', weight: 0 }),
      sample('e', { status: 'failed', weight: 0 })
    ];
    expect(readinessOf(samples, me, null)).toEqual({
      counted: 2,
      countedMs: 6500,
      setAside: 1,
      waiting: 1,
      failed: 1,
      fresh: 2,
      same: false,
      missing: null
    });
  });

  it('knows what is new since the voice model in use', () => {
    const model = { samples: [placed('a'), placed('odd', 'outlier'), placed('bad', 'problems')] };
    const before = [sample('a'), sample('odd'), sample('bad', { weight: 0 })];
    expect(readinessOf(before, me, model)).toMatchObject({ fresh: 0, same: true });
    expect(readinessOf([...before, sample('new')], me, model)).toMatchObject({ fresh: 1, same: false });
    // One that is kept now although something speaks against it, and one that is gone.
    expect(readinessOf([sample('a'), sample('odd'), sample('bad')], me, model)).toMatchObject({ fresh: 1 });
    expect(readinessOf([sample('a')], me, model)).toMatchObject({ fresh: 0, same: false });
  });
});

describe('what is missing', () => {
  it.each([
    ['samples', [], me],
    ['listening', [sample('a', { status: 'pending', weight: 0 })], me],
    ['counting', [sample('a', { weight: 0 }), sample('b', { status: 'failed', weight: 0 })], me],
    ['consent', [sample('a')], ada],
    [null, [sample('a')], allowed],
    [null, [sample('a'), sample('b', { status: 'pending', weight: 0 })], me]
  ] as const)('%s', (missing, samples, profile) => {
    expect(readinessOf(samples, profile, null).missing).toBe(missing);
  });
});
