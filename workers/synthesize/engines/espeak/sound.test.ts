import { expect, it } from 'vitest';
import { GrowingSound } from './sound';

it('is its pieces one behind the other, as numbers up to one, however many they are', () => {
  const sound = new GrowingSound(3);
  expect(sound.whole()).toHaveLength(0);
  sound.add(Int16Array.of(-32768, 0));
  sound.add(Int16Array.of(16384, 8192, -8192));
  sound.add(new Int16Array(0));
  sound.add(new Int16Array(40).fill(4096));
  expect([...sound.whole()]).toEqual([-1, 0, 0.5, 0.25, -0.25, ...new Array<number>(40).fill(0.125)]);
});
