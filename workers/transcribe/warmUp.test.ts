/** The worker's own entry, on a tiny Whisper: what has run once it is warm. */
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ort } from '../runtime/ort';
import { FIXTURES, fetchFromDisk, nodeConfig, VAD_FILE } from '../runtime/testing';
import type { Report, WorkerReport } from '../wire';

/** Every run of a session, by what it is fed. */
const ran: string[] = [];

/** A decoder that makes many steps in one run has its inputs behind a prefix. */
const lastPart = (input: string) => input.replace(/^.*\./, '');

beforeAll(() => {
  vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES, vad: dirname(VAD_FILE) }));
  // What a worker has, and Node has not.
  vi.stubGlobal('self', globalThis);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  const { create } = ort.InferenceSession;
  vi.spyOn(ort.InferenceSession, 'create').mockImplementation(async (...args: unknown[]) => {
    const session = await (create as (...args: unknown[]) => ReturnType<typeof create>)(...args);
    const run = session.run.bind(session) as (...args: unknown[]) => ReturnType<typeof session.run>;
    vi.spyOn(session, 'run').mockImplementation((...args: unknown[]) => {
      ran.push(lastPart(session.inputNames[0] ?? ''));
      return run(...args);
    });
    return session;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test.each(['whisper', 'whisper-timestamps'])(
  '%s: encoder and decoder have each run, which a call with silence does not have them do',
  { timeout: 180_000 },
  async (name) => {
    const { entry } = await import('./worker');
    const models = { transcriber: `fixtures/${name}`, voiceActivity: `vad/${basename(VAD_FILE)}` };
    const fractions: number[] = [];
    const report = ((told: WorkerReport) => {
      if ('progress' in told) fractions.push(told.progress.fraction);
    }) as Report;
    const silence = () => ({ samples: new Float32Array(8000), sampleRateHz: 16_000 });

    const whisperRan = () => ran.splice(0).filter((input) => input.startsWith('input_'));
    // The first time a file is loaded it runs for its self-test, which is then remembered.
    await (await entry.start(nodeConfig({ models }))).warmUp(report);

    whisperRan();
    await (await entry.start(nodeConfig({ models }))).transcribe(silence(), {}, report);
    expect(whisperRan()).toEqual([]);

    const methods = await entry.start(nodeConfig({ models }));
    fractions.length = 0;
    await methods.warmUp(report);
    expect(whisperRan()).toEqual(['input_features', 'input_ids']);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);

    // What it loaded is what the call finds.
    const created = vi.mocked(ort.InferenceSession.create).mock.calls.length;
    await methods.transcribe(silence(), {}, report);
    expect(ort.InferenceSession.create).toHaveBeenCalledTimes(created);
  }
);
