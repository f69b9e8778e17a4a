import { existsSync, readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { LogMelExtractor } from './features';
import { melFilters } from './melFilters';

const ORACLE = new URL('../../../../../shared/oracles/mel_filters.npz', import.meta.url);
const withOracle = existsSync(ORACLE) ? test : test.skip;
if (!existsSync(ORACLE))
  console.warn('../shared/oracles is not here: mel filters are not compared with Whisper’s');

withOracle.each([80, 128])('%i mel filters equal Whisper’s', (count) => {
  const reference = readNpz(readFileSync(ORACLE), `mel_${count}.npy`);
  const filters = melFilters(count, 400, 16000);
  let difference = 0;
  for (let m = 0; m < count; m++) {
    for (let bin = 0; bin < 201; bin++) {
      const own = filters[m]?.weights[bin - (filters[m]?.first ?? 0)] ?? 0;
      difference = Math.max(difference, Math.abs(own - (reference[m * 201 + bin] ?? NaN)));
    }
  }
  expect(difference).toBeLessThan(1e-4);
  expect(difference).toBeLessThan(1e-6);
});

const extractor = new LogMelExtractor({ mels: 80, fftSize: 400, hopLength: 160, sampleRateHz: 16000 });
const tone = (hz: number, seconds: number) =>
  Float32Array.from({ length: seconds * 16000 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / 16000));

test('a tone lights the mel at its frequency, and values keep Whisper’s range', () => {
  const { data, frames, mels } = extractor.extract(tone(1000, 1));
  expect([frames, mels, data.length]).toEqual([100, 80, 8000]);
  const column = Array.from({ length: mels }, (_, m) => data[m * frames + 50] ?? 0);
  const filters = melFilters(80, 400, 16000);
  const brightest = filters[column.indexOf(Math.max(...column))];
  expect(brightest?.first).toBeLessThanOrEqual(25); // bin 25 of 201 is 1000 Hz
  expect((brightest?.first ?? 0) + (brightest?.weights.length ?? 0)).toBeGreaterThan(25);
  expect(Math.max(...data) - Math.min(...data)).toBeLessThanOrEqual(2.0001);
});

test('padding gives what the padded audio gives, and leaves the audio’s own frames alone', () => {
  const audio = tone(440, 1.003);
  const padded = new Float32Array(3 * 16000);
  padded.set(audio);
  const a = extractor.extract(audio, 300);
  const b = extractor.extract(padded);
  expect(a.frames).toBe(300);
  expect(Math.max(...a.data.map((x, i) => Math.abs(x - (b.data[i] ?? NaN))))).toBeLessThan(1e-6);
});

test('silence and audio shorter than a hop', () => {
  expect(new Set(extractor.extract(new Float32Array(1600)).data)).toEqual(new Set([-1.5]));
  expect(extractor.extract(new Float32Array(100)).frames).toBe(0);
});

/** One little-endian float32 array out of a NumPy archive (a ZIP of .npy files). */
function readNpz(zip: Buffer, name: string): Float32Array {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const nameLength = zip.readUInt16LE(at + 28);
    const entry = zip.toString('latin1', at + 46, at + 46 + nameLength);
    if (entry === name) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const raw = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      const npy = zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(raw) : raw;
      const data = npy.subarray(10 + npy.readUInt16LE(8));
      return new Float32Array(Uint8Array.from(data).buffer);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`${name} is not in the archive`);
}
