/** For tests of the worker in Node: eSpeak NG and the fixture models from disk, and a voice that eSpeak was fitted to. */
import { vi } from 'vitest';
import { FIXTURES, fetchFromDisk, MODEL_BASE } from '../runtime/testing';
import { espeakFile, PLAIN_TUNING } from './espeak.testing';

export const FITTED = {
  version: 1,
  tuning: { ...PLAIN_TUNING, variant: 'f2' },
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
