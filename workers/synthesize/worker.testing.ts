/** For tests of the worker in Node: eSpeak NG and the fixture models from disk, and a voice that eSpeak was fitted to. */
import { vi } from 'vitest';
import { FIXTURES, fetchFromDisk, MODEL_BASE } from '../runtime/testing';
import { espeakFile } from './espeak.testing';

const ones = [1, 1, 1, 1, 1];

export const FITTED = {
  version: 1,
  tuning: {
    variant: 'f2',
    pitchHz: 180,
    pitchRangeHz: 60,
    rate: 1,
    formants: ones,
    heights: ones,
    width: 1,
    voicing: 1,
    consonants: 1,
    breath: 0
  },
  shape: null
};

/** Stubs what a worker has around it. @returns the files that are asked for from now on, by their paths. */
export function stubWorkerScope(): string[] {
  const asked: string[] = [];
  const disk = fetchFromDisk({ fixtures: FIXTURES, 'espeak-ng': espeakFile });
  vi.stubGlobal('self', { addEventListener: () => undefined });
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url.slice(MODEL_BASE.length));
    return disk(url);
  });
  return asked;
}
