import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it, test } from 'vitest';
import { createEncoder } from 'wasm-media-encoders';
import { frameSplitter } from './mp3';

const LAME = createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3');
const tone = (seconds: number, rateHz: number) =>
  Float32Array.from({ length: seconds * rateHz }, (_, i) => 0.3 * Math.sin((i * 2 * Math.PI * 440) / rateHz));

test.each([
  [8000, 0.072],
  [22_050, 576 / 22_050],
  [44_100, 1152 / 44_100],
  [48_000, 0.024]
] as const)(
  'LAME’s stream at %i Hz, however it is cut, comes apart into whole frames',
  async (rateHz, duration) => {
    const encoder = await createEncoder('audio/mpeg', readFileSync(LAME));
    encoder.configure({ channels: 1, sampleRate: rateHz, outputSampleRate: rateHz, bitrate: 64 });
    const parts = [encoder.encode([tone(3, rateHz)]).slice(), encoder.finalize().slice()];
    const stream = new Uint8Array(Buffer.concat(parts));
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
