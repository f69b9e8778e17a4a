import { expect, it } from 'vitest';
import { Microphone } from './microphone.svelte';

it('is one recorder’s at a time, for as long as that is active', () => {
  const microphone = new Microphone();
  const [samples, consent] = [{ active: false }, { active: false }];
  expect(microphone.isFreeFor(samples)).toBe(true);
  expect(microphone.take(samples)).toBe(true);
  samples.active = true;
  expect(microphone.isFreeFor(samples)).toBe(true);
  expect(microphone.isFreeFor(consent)).toBe(false);
  expect(microphone.take(consent)).toBe(false);
  samples.active = false;
  expect(microphone.take(consent)).toBe(true);
  consent.active = true;
  expect(microphone.take(samples)).toBe(false);
});
