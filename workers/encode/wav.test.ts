import { expect, it } from 'vitest';
import { readAudio } from '../decode/read';
import { encodeWav } from './wav';

it('comes back as it went out, clipped at full scale', async () => {
  const samples = Float32Array.from({ length: 16_000 }, (_, i) => 1.5 * Math.sin(i / 20));
  const file = encodeWav(samples, 16_000, {
    title: 'Привет',
    artist: 'Odile',
    language: 'ru',
    comment: 'AI-generated'
  });
  const decoded = await readAudio(new Uint8Array(file), { maxMs: 10_000, onProgress: () => {} });
  expect(decoded.samples.length).toBe(16_000);
  decoded.samples.forEach((x, i) =>
    expect(Math.abs(x - Math.max(-1, Math.min(1, samples[i] ?? 0)))).toBeLessThan(1e-4)
  );
});

it('writes its tags as RIFF INFO in UTF-8, at even places', () => {
  const file = encodeWav(new Float32Array(2), 22_050, { title: 'Привет', language: 'ru', comment: 'abc' });
  const text = new TextDecoder('utf-8').decode(file);
  for (const part of ['LIST', 'INFO', 'INAM', 'Привет\0', 'ILNG', 'ru\0', 'ICMT', 'abc\0', 'data'])
    expect(text).toContain(part);
  expect(text).not.toContain('IART');
  const view = new DataView(file);
  expect(view.getUint32(4, true)).toBe(file.byteLength - 8);
  expect(file.byteLength % 2).toBe(0);
});

it('is a plain header and nothing else without tags', () => {
  expect(encodeWav(new Float32Array(3), 16_000, {}).byteLength).toBe(44 + 6);
});
