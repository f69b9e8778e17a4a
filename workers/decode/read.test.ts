import { describe, expect, it } from 'vitest';
import { readAudio } from './read';

/** Uncompressed sound needs no browser: these run the whole path in Node. */
interface WavShape {
  rateHz: number;
  channels: number;
  bits: 8 | 16 | 24 | 32;
  float?: boolean;
  frames: number;
  /** What the data chunk claims; the truth when absent. */
  claims?: number;
  riffClaims?: number;
}

function makeWav({
  rateHz,
  channels,
  bits,
  float = false,
  frames,
  claims,
  riffClaims
}: WavShape): Uint8Array<ArrayBuffer> {
  const bytesEach = bits / 8;
  const dataBytes = frames * channels * bytesEach;
  const view = new DataView(new ArrayBuffer(44 + dataBytes));
  const ascii = (at: number, text: string) =>
    [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  ascii(0, 'RIFF');
  view.setUint32(4, riffClaims ?? 36 + dataBytes, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * channels * bytesEach, true);
  view.setUint16(32, channels * bytesEach, true);
  view.setUint16(34, bits, true);
  ascii(36, 'data');
  view.setUint32(40, claims ?? dataBytes, true);
  for (let i = 0; i < frames * channels; i++) {
    const x = 0.5 * Math.sin((2 * Math.PI * 200 * Math.floor(i / channels)) / rateHz);
    const at = 44 + i * bytesEach;
    if (float) view.setFloat32(at, x, true);
    else if (bits === 8) view.setUint8(at, 128 + Math.round(x * 127));
    else if (bits === 16) view.setInt16(at, Math.round(x * 32_767), true);
    else if (bits === 24) {
      view.setUint16(at, Math.round(x * 8_388_607) & 0xffff, true);
      view.setInt8(at + 2, Math.round(x * 8_388_607) >> 16);
    } else view.setInt32(at, Math.round(x * 2_147_483_647), true);
  }
  return new Uint8Array(view.buffer);
}

const options = { maxMs: 60_000, onProgress: () => {} };
const peak = (samples: Float32Array) => samples.reduce((top, x) => Math.max(top, Math.abs(x)), 0);

describe('what phones and programs write', () => {
  it.each<Omit<WavShape, 'frames'>>([
    { rateHz: 8000, channels: 1, bits: 8 },
    { rateHz: 8000, channels: 1, bits: 16 },
    { rateHz: 44_100, channels: 2, bits: 16 },
    { rateHz: 48_000, channels: 2, bits: 24 },
    { rateHz: 48_000, channels: 1, bits: 32 },
    { rateHz: 96_000, channels: 6, bits: 32, float: true }
  ])('%o', async (shape) => {
    const decoded = await readAudio(makeWav({ ...shape, frames: shape.rateHz }), options);
    expect(decoded).toMatchObject({
      container: 'wav',
      sampleRateHz: 16_000,
      sourceRateHz: shape.rateHz,
      sourceChannels: shape.channels,
      warnings: [],
      durationMs: 1000
    });
    expect(peak(decoded.samples)).toBeCloseTo(0.5, 1);
  });
});

describe('headers that lie', () => {
  const honest = { rateHz: 16_000, channels: 1, bits: 16, frames: 16_000 } as const;

  it('sizes that were never filled in', async () => {
    for (const [claims, riffClaims] of [
      [0, 0],
      [0xffffffff, 0xffffffff]
    ] as const) {
      const decoded = await readAudio(makeWav({ ...honest, claims, riffClaims }), options);
      expect(decoded).toMatchObject({ durationMs: 1000, warnings: [] });
    }
  });

  it('more than there is: the sound that is there, and a note', async () => {
    const decoded = await readAudio(
      makeWav({ ...honest, claims: 4_000_000_000, riffClaims: 4_000_000_036 }),
      options
    );
    expect(decoded).toMatchObject({ durationMs: 1000, warnings: ['truncated'] });
  });

  it('no frames, and no header at all', async () => {
    await expect(readAudio(makeWav({ ...honest, frames: 0 }), options)).rejects.toMatchObject({
      code: 'audio/empty'
    });
    await expect(
      readAudio(makeWav(honest).subarray(0, 20) as Uint8Array<ArrayBuffer>, options)
    ).rejects.toMatchObject({ code: 'audio/damaged' });
  });
});

it('refuses what is too long', async () => {
  const wav = makeWav({ rateHz: 8000, channels: 1, bits: 8, frames: 80_000 });
  await expect(readAudio(wav, { ...options, maxMs: 5000 })).rejects.toMatchObject({ code: 'audio/too-long' });
});

it('says that it is no sound', async () => {
  const html = new TextEncoder().encode('<!DOCTYPE html><title>404</title>');
  await expect(readAudio(html, options)).rejects.toMatchObject({ code: 'audio/not-audio' });
  await expect(readAudio(new Uint8Array(5000), options)).rejects.toMatchObject({ code: 'audio/not-audio' });
});

it('reports true progress that ends near 1', async () => {
  const seen: number[] = [];
  await readAudio(makeWav({ rateHz: 16_000, channels: 1, bits: 16, frames: 160_000 }), {
    ...options,
    onProgress: (f) => seen.push(f)
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBeGreaterThan(0.9);
});
