import { describe, expect, test } from 'vitest';
import type { Audio } from '$workers/contract';
import { piecesOf } from './cut';
import { joined, speechByEnergy } from './speech';
import type { Stretch } from './types';

const RATE_HZ = 4000;

/** A buzz with syllables where it says `true`, a quiet room elsewhere. In seconds. */
function speaking(...parts: [speaks: boolean, seconds: number][]): Audio {
  let seed = 1;
  const noise = () => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 30 - 1) * 0.001;
  const sound = parts.flatMap(([speaks, seconds]) =>
    Array.from({ length: Math.round(seconds * RATE_HZ) }, (_, i) => {
      const t = i / RATE_HZ;
      const syllable = 0.4 + 0.6 * Math.abs(Math.sin(2 * Math.PI * 2 * t));
      return noise() + (speaks ? 0.2 * syllable * Math.sin(2 * Math.PI * 150 * t) : 0);
    })
  );
  return { samples: Float32Array.from(sound), sampleRateHz: RATE_HZ };
}
const seconds = (stretches: readonly Stretch[]) =>
  stretches.map(({ from, to }) => [from / RATE_HZ, to / RATE_HZ].map((x) => Math.round(10 * x) / 10));
const cut = (audio: Audio) => piecesOf(audio, speechByEnergy(audio));

describe('where somebody speaks', () => {
  test('is found by energy, with some room around it', () => {
    expect(
      seconds(speechByEnergy(speaking([false, 1], [true, 2], [false, 1], [true, 1], [false, 0.1])))
    ).toEqual([
      [0.8, 3.2],
      [3.8, 5.1]
    ]);
  });

  test('short silences are inside words, and clicks are nothing', () => {
    expect(
      seconds(speechByEnergy(speaking([false, 1], [true, 1], [false, 0.2], [true, 1], [false, 1])))
    ).toEqual([[0.8, 3.4]]);
    expect(
      speechByEnergy(speaking([false, 1], [true, 0.03], [false, 1], [true, 1], [false, 1]))
    ).toHaveLength(1);
  });

  test('nothing stands out in silence, noise or a tone', () => {
    expect(speechByEnergy(speaking([false, 3]))).toEqual([]);
    expect(speechByEnergy({ samples: new Float32Array(12_000), sampleRateHz: RATE_HZ })).toEqual([]);
    expect(speechByEnergy({ samples: new Float32Array(0), sampleRateHz: RATE_HZ })).toEqual([]);
    const tone = Float32Array.from({ length: 12_000 }, (_, i) => 0.3 * Math.sin(i / 2));
    expect(speechByEnergy({ samples: tone, sampleRateHz: RATE_HZ })).toEqual([]);
  });

  test('joined, it is the speech alone; without any it is all', () => {
    const audio = speaking([false, 2], [true, 2], [false, 2]);
    expect(joined(audio, speechByEnergy(audio)).samples.length / RATE_HZ).toBeCloseTo(2.4, 1);
    expect(joined(audio, []).samples).toBe(audio.samples);
  });
});

describe('pieces of free speech', () => {
  test('begin and end in pauses', () => {
    const audio = speaking([false, 1], [true, 4], [false, 0.8], [true, 5], [false, 3], [true, 3], [false, 1]);
    expect(seconds(cut(audio))).toEqual([
      [0.8, 5.2],
      [5.6, 11],
      [13.6, 17]
    ]);
  });

  test('a short one goes with the nearer neighbour, and alone it stays', () => {
    expect(
      seconds(cut(speaking([true, 3], [false, 1.5], [true, 0.5], [false, 0.6], [true, 3], [false, 0.5])))
    ).toEqual([
      [0, 3.2],
      [4.3, 8.8]
    ]);
    expect(seconds(cut(speaking([true, 11], [false, 4], [true, 1], [false, 4], [true, 11.2])))).toEqual([
      [0, 11.2],
      [14.8, 16.2],
      [19.8, 31.2]
    ]);
  });

  test('without a pause are cut where it is quietest', () => {
    const audio = speaking([true, 8.5], [false, 0.1], [true, 16.4]);
    const pieces = piecesOf(audio, [{ from: 0, to: audio.samples.length }]);
    expect(pieces).toHaveLength(3);
    const [first, second, third] = pieces;
    // The only gap near the first third.
    expect((first?.to ?? 0) / RATE_HZ).toBeCloseTo(8.55, 1);
    expect([second?.from, third?.from, third?.to]).toEqual([first?.to, second?.to, audio.samples.length]);
  });

  test('have 2–12 seconds and lose no speech, whatever is said', () => {
    let seed = 7;
    const random = (least: number, most: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return least + ((most - least) * seed) / 2 ** 31;
    };
    for (let round = 0; round < 12; round++) {
      const parts = Array.from({ length: 20 }, (_, i): [boolean, number] =>
        i % 2 ? [true, random(0.2, 8) ** (random(0, 1) > 0.9 ? 1.6 : 1)] : [false, random(0.1, 1.9)]
      );
      const audio = speaking(...parts, [false, 1]);
      const stretches = speechByEnergy(audio);
      const pieces = piecesOf(audio, stretches);
      for (const { from, to } of pieces) {
        expect((to - from) / RATE_HZ).toBeGreaterThanOrEqual(2);
        expect((to - from) / RATE_HZ).toBeLessThanOrEqual(12);
      }
      for (const stretch of stretches) {
        const inside = pieces.filter(({ from, to }) => to > stretch.from && from < stretch.to);
        const covered = inside.reduce(
          (sum, { from, to }) => sum + Math.min(to, stretch.to) - Math.max(from, stretch.from),
          0
        );
        expect(covered).toBe(stretch.to - stretch.from);
      }
      pieces
        .slice(1)
        .forEach(({ from }, i) => expect(from).toBeGreaterThanOrEqual(pieces[i]?.to ?? Infinity));
    }
  });

  test('none without speech', () => {
    expect(cut(speaking([false, 5]))).toEqual([]);
  });
});
