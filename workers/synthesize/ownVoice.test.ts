/** The worker with eSpeak NG and the fixture's OpenVoice: which voice a speech comes in, and what it is called. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ModelChoice, Speech, VoiceConditioning } from '../contract';
import { FIXTURES, fetchFromDisk, nodeConfig } from '../runtime/testing';
import type { Report, WorkerReport } from '../wire';
import { espeakFile } from './espeak.testing';
import { inOwnVoice, type OwnVoiceEngine } from './ownVoice';

const TONE = Float32Array.from({ length: 256 }, (_, i) => 0.3 * Math.sin(0.9 * i));

function speaker(engines: Record<string, unknown>): VoiceConditioning {
  return { profileId: 'me', centroid: new Float32Array(192), engines };
}

describe('among engines', () => {
  const speech: Speech = {
    audio: { samples: new Float32Array(100), sampleRateHz: 100 },
    fidelity: 'stock',
    model: 'base/en',
    words: [{ text: 'Hello', startMs: 100, endMs: 900 }]
  };
  const engine = (name: string, fidelity: 'cloned' | 'matched', here = true): OwnVoiceEngine => ({
    name,
    fidelity,
    converter: here
      ? { convert: async () => ({ samples: new Float32Array(200), sampleRateHz: 100 }) }
      : undefined
  });
  const both = speaker({ best: TONE, second: {} });

  test('the best that the voice and the device have speaks, and the words go with it', async () => {
    const said = await inOwnVoice(speech, both, [engine('best', 'cloned'), engine('second', 'matched')]);
    expect(said).toMatchObject({ fidelity: 'cloned', model: 'base/en + best' });
    expect(said.words).toEqual([{ text: 'Hello', startMs: 200, endMs: 1800 }]);
    const without = [engine('best', 'cloned', false), engine('second', 'matched')];
    expect(await inOwnVoice(speech, both, without)).toMatchObject({ fidelity: 'matched' });
  });

  test('a voice that needs what is not here is a coded error; one that needs nothing stays stock', async () => {
    const none = [engine('best', 'cloned', false)];
    await expect(inOwnVoice(speech, both, none)).rejects.toMatchObject({ code: 'model/missing' });
    expect(await inOwnVoice(speech, speaker({}), none)).toBe(speech);
    expect(await inOwnVoice(speech, undefined, none)).toBe(speech);
  });
});

const present = existsSync(join(FIXTURES, 'openvoice/onnx/tone_clone_model.onnx'));
if (!present) console.warn('tests/fixtures/models/openvoice is not here: the worker does not clone');

describe.skipIf(!present)('the worker', { timeout: 120_000 }, () => {
  const disk = fetchFromDisk({ fixtures: FIXTURES, 'espeak-ng': espeakFile });
  /** Paths of the models that were asked for. */
  let asked: string[];
  beforeEach(() => {
    asked = [];
    vi.stubGlobal('self', { addEventListener: () => undefined });
    vi.stubGlobal('addEventListener', () => undefined);
    stubFetch(disk);
  });
  afterEach(() => vi.unstubAllGlobals());

  function stubFetch(answer: typeof fetch) {
    vi.stubGlobal('fetch', (url: string) => {
      if (url.endsWith('.onnx')) asked.push(url.slice(url.lastIndexOf('/') + 1));
      return answer(url);
    });
  }

  async function start(voiceConverter?: string) {
    const { entry } = await import('./worker');
    const models: Partial<ModelChoice> = voiceConverter ? { voiceConverter } : {};
    const methods = await entry.start(nodeConfig({ models }));
    const fractions: number[] = [];
    const report = ((told: WorkerReport) => {
      if ('progress' in told) fractions.push(told.progress.fraction);
    }) as Report;
    return {
      say: (voice?: VoiceConditioning) =>
        methods.synthesize('The train is late. I will be there at eight.', 'en', voice, report),
      enrol: (seconds: number) => {
        const samples = Float32Array.from({ length: seconds * 16_000 }, (_, i) => 0.3 * Math.sin(0.05 * i));
        return methods.enrolVoice([{ samples, sampleRateHz: 16_000 }], undefined, report);
      },
      fractions
    };
  }

  test('speaks in the person’s own voice, as long as the base voice did, and says so', async () => {
    const { say, enrol, fractions } = await start('fixtures/openvoice');
    const stock = await say();
    expect(stock).toMatchObject({ fidelity: 'stock', model: 'espeak-ng/en-us' });
    // No byte of it is loaded before a voice needs it.
    expect(asked).toEqual([]);

    const tone = await enrol(2);
    expect(tone).toHaveLength(256);
    fractions.length = 0;
    // The best wins when there is conditioning for several.
    const cloned = await say(speaker({ matched: {}, openvoice: tone }));
    expect(cloned).toMatchObject({ fidelity: 'cloned', model: 'espeak-ng/en-us + openvoice' });
    expect(asked).toEqual(['tone_color_extract_model.onnx', 'tone_clone_model.onnx']);
    expect(cloned.audio.sampleRateHz).toBe(stock.audio.sampleRateHz);
    expect(Math.abs(cloned.audio.samples.length - stock.audio.samples.length)).toBeLessThan(256);
    expect(cloned.words.map(({ text }) => text)).toEqual(stock.words.map(({ text }) => text));
    // eSpeak itself is not the same to the millisecond each time.
    const lastEnd = ({ words }: Speech) => words.at(-1)?.endMs ?? NaN;
    expect(Math.abs(lastEnd(cloned) - lastEnd(stock))).toBeLessThan(12);
    expect(cloned.audio.samples).not.toEqual(stock.audio.samples);

    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
  });

  test.each([
    ['is not here', 'fixtures/none'],
    ['was never chosen', undefined]
  ])('a model that %s is a coded error', async (_, folder) => {
    const { say, enrol } = await start(folder);
    await expect(say(speaker({ openvoice: TONE }))).rejects.toMatchObject({ code: 'model/missing' });
    await expect(enrol(2)).rejects.toMatchObject({ code: 'model/missing' });
    expect(await say()).toMatchObject({ fidelity: 'stock' });
  });

  test('a damaged model is a coded error that names it', async () => {
    stubFetch(async (url, init) => {
      const response = await disk(url, init);
      return String(url).endsWith('clone_model.onnx')
        ? new Response((await response.arrayBuffer()).slice(0, 100_000))
        : response;
    });
    const { say } = await start('fixtures/openvoice');
    await expect(say(speaker({ openvoice: TONE }))).rejects.toMatchObject({
      code: 'model/load-failed',
      message: expect.stringContaining('fixtures/openvoice/')
    });
  });
});
