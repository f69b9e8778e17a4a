import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { Lame } from './lame/program';
import { frameSplitter } from './mp3';
import type { MpegRate } from './mpegRates';

const LAME = new WebAssembly.Module(readFileSync(new URL('./lame/lame.wasm', import.meta.url)));
const tone = (seconds: number, rateHz: number) =>
  Float32Array.from({ length: seconds * rateHz }, (_, i) => 0.3 * Math.sin((i * 2 * Math.PI * 440) / rateHz));

function encoded(lame: Lame, samples: Float32Array, rateHz: MpegRate): Uint8Array {
  lame.begin(rateHz, 64);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < samples.length; from += rateHz)
    pieces.push(lame.encode(samples.subarray(from, from + rateHz)).slice());
  return new Uint8Array(Buffer.concat([...pieces, lame.end()]));
}

test.each([
  [8000, 0.072],
  [22_050, 576 / 22_050],
  [44_100, 1152 / 44_100],
  [48_000, 0.024]
] as const)(
  'LAME’s stream at %i Hz, however it is cut, comes apart into whole frames',
  (rateHz, duration) => {
    const stream = encoded(new Lame(LAME), tone(3, rateHz), rateHz);
    const split = frameSplitter();
    const frames = [];
    for (let at = 0; at < stream.length; at += 101) frames.push(...split(stream.subarray(at, at + 101)));
    expect(Buffer.concat(frames.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
    frames.forEach((frame, i) => {
      expect(frame.bytes[0]).toBe(0xff);
      expect(frame.duration).toBeCloseTo(duration, 9);
      expect(frame.timestamp).toBeCloseTo(i * duration, 6);
    });
    // LAME puts its delay before and fills the last frame.
    expect(frames.length * duration).toBeGreaterThan(3);
    expect(frames.length * duration).toBeLessThan(3 + 4 * duration);
  }
);

it('refuses what is no stream of frames', () => {
  const split = frameSplitter();
  expect(() => [...split(new Uint8Array(64))]).toThrow('no MP3 frame');
});

it('begins anew with each stream, whatever became of the one before', () => {
  const lame = new Lame(LAME);
  const fresh = encoded(lame, tone(1, 22_050), 22_050);
  lame.begin(48_000, 64);
  expect(lame.encode(tone(1, 48_000)).length).toBeGreaterThan(0);
  expect(encoded(lame, tone(1, 22_050), 22_050)).toEqual(fresh);
});

it('takes no more at once than there is room for', () => {
  const lame = new Lame(LAME);
  lame.begin(48_000, 64);
  expect(() => lame.encode(new Float32Array(48_001))).toThrow(RangeError);
});
