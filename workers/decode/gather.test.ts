import { describe, expect, it } from 'vitest';
import { Downmixer } from './downmix';
import { Gatherer } from './gather';

const ones = (length: number) => new Float32Array(length).fill(1);

describe('downmix', () => {
  it('takes the mean of the channels', () => {
    const mixer = new Downmixer();
    expect([...mixer.mix([new Float32Array([1, 0]), new Float32Array([0, -1])])]).toEqual([0.5, -0.5]);
    expect(mixer.channelIfCancelled()).toBeNull();
  });

  it('notices channels that cancel each other, and then takes one', () => {
    const voice = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    const against = voice.map((x) => -x);
    const mixer = new Downmixer();
    mixer.mix([voice, against]);
    const channel = mixer.channelIfCancelled();
    expect(channel).not.toBeNull();
    expect(new Downmixer(channel).mix([voice, against]).some((x) => x !== 0)).toBe(true);
  });

  it('calls silence no cancelling', () => {
    const mixer = new Downmixer();
    mixer.mix([new Float32Array(10), new Float32Array(10)]);
    expect(mixer.channelIfCancelled()).toBeNull();
  });
});

describe('gather', () => {
  it('places blocks by the clock of the file: cuts what lies before 0, fills a gap with silence', () => {
    const gatherer = new Gatherer(60_000);
    gatherer.push(ones(1600), 16_000, -0.05);
    gatherer.push(ones(1600), 16_000, 0.05);
    gatherer.push(ones(1600), 16_000, 0.35);
    const samples = gatherer.finish();
    expect(samples.length).toBe(800 + 1600 + 3200 + 1600);
    expect(samples[2399]).toBe(1);
    expect(samples[2400]).toBe(0);
    expect(samples[5600]).toBe(1);
  });

  it('ignores jitter and leaves out a broken clock', () => {
    const gatherer = new Gatherer(60_000);
    gatherer.push(ones(1600), 16_000, 0);
    gatherer.push(ones(1600), 16_000, 0.13);
    gatherer.push(ones(1600), 16_000, 100_000);
    expect(gatherer.finish().length).toBe(4800);
    expect([...gatherer.warnings]).toEqual(['gaps']);
  });

  it('goes on when the rate changes in the middle', () => {
    const gatherer = new Gatherer(60_000);
    gatherer.push(ones(16_000), 16_000);
    gatherer.push(ones(48_000), 48_000);
    gatherer.push(ones(8000), 8000);
    expect(gatherer.finish().length).toBe(48_000);
  });

  it('refuses what is too long, and turns what is no number into silence', () => {
    const gatherer = new Gatherer(1000);
    gatherer.push(new Float32Array([NaN, Infinity, 0.5]), 16_000);
    expect(() => gatherer.push(ones(16_000), 16_000)).toThrow(
      expect.objectContaining({ code: 'audio/too-long' })
    );
    expect([...gatherer.finish()]).toEqual([0, 0, 0.5]);
  });
});
