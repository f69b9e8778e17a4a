import { expect, it } from 'vitest';
import { TimbreError, type Audio } from '$workers/contract';
import { agreement } from './agreement';
import type { StudioDeps } from './types';

const RATE_HZ = 100;

/** A number of sound says who speaks: pieces of one person are alike, of two they are at right angles. */
function encoder(): Pick<StudioDeps, 'engines' | 'speechIn'> & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    speechIn: () => [],
    engines: {
      transcribe: () => Promise.reject(new TimbreError('unknown', 'not asked')),
      textFit: () => Promise.reject(new TimbreError('unknown', 'not asked')),
      embed({ samples }) {
        asked.push(samples.length);
        const heard = samples.filter((x) => x > 0);
        if (heard.length === 0) return Promise.reject(new TimbreError('speech/none-found', 'silent'));
        const share = heard.filter((x) => x === 1).length / heard.length;
        const length = Math.hypot(share, 1 - share);
        return Promise.resolve(Float32Array.of(share / length, (1 - share) / length));
      }
    }
  };
}

/** Who speaks (1, 2; 0: silence), and for how many seconds. */
function said(...parts: [number, number][]): Audio {
  const samples = parts.flatMap(([who, seconds]) => Array<number>(Math.round(seconds * RATE_HZ)).fill(who));
  return { samples: Float32Array.from(samples), sampleRateHz: RATE_HZ };
}

it('is 1 for one person, and near 0 for two', async () => {
  expect(await agreement(encoder(), said([1, 8]), {})).toBeCloseTo(1);
  expect(await agreement(encoder(), said([1, 4], [2, 4]), {})).toBeLessThan(0.5);
});

it('compares pieces that have no sound in common: each two seconds, twelve at most over all of it', async () => {
  const short = encoder();
  const fractions: number[] = [];
  await agreement(short, said([1, 5]), { onFraction: (fraction) => fractions.push(fraction) });
  expect(short.asked).toEqual([200, 200, 200, 200]);
  expect(fractions).toEqual([0.25, 0.5, 0.75, 1]);
  const long = encoder();
  expect(await agreement(long, said([1, 100], [2, 100]), {})).toBeLessThan(0.6);
  expect(long.asked).toHaveLength(12);
});

it('says nothing of less than five seconds, and leaves out pieces in which nothing is heard', async () => {
  const brief = encoder();
  expect(await agreement(brief, said([1, 4.9]), {})).toBeNull();
  expect(brief.asked).toEqual([]);
  expect(await agreement(encoder(), said([1, 3], [0, 6]), {})).toBeCloseTo(1);
  expect(await agreement(encoder(), said([0, 6]), {})).toBeNull();
});
