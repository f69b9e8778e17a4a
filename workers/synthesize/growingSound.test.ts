import { expect, it } from 'vitest';
import { GrowingSound } from './growingSound';

it('is its pieces one behind the other, as numbers up to one, however many they are', () => {
  const sound = new GrowingSound();
  sound.begin(3);
  expect(sound.whole()).toHaveLength(0);
  sound.addPcm(Int16Array.of(-32768, 0));
  sound.add(Float32Array.of(0.5, 0.25, -0.25));
  sound.addPcm(new Int16Array(0));
  sound.addSilence(2);
  sound.addPcm(new Int16Array(40).fill(4096));
  expect(sound).toHaveLength(47);
  expect([...sound.whole()]).toEqual([-1, 0, 0.5, 0.25, -0.25, 0, 0, ...new Array<number>(40).fill(0.125)]);
});

it('begins again in the same memory', () => {
  const sound = new GrowingSound();
  sound.begin(4);
  sound.add(Float32Array.of(1, 1, 1, 1));
  const before = sound.whole();
  sound.begin(2);
  sound.addSilence(3);
  expect([...sound.whole()]).toEqual([0, 0, 0]);
  expect(sound.whole().buffer).toBe(before.buffer);
});
