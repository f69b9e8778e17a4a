import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import {
  DEFAULT_MODELS,
  MATCHED,
  OPENVOICE,
  type Lang,
  type VoiceConditioning,
  type WorkerConfig
} from '../contract';
import { FIXTURES, nodeConfig } from '../runtime/testing';
import type { Report, WorkerReport } from '../wire';
import { baseVoiceNamed } from './baseVoices';
import { FITTED, stubWorkerScope } from './worker.testing';

it('knows the default engine', () => {
  expect(baseVoiceNamed(DEFAULT_MODELS.synthesizer)).not.toBe(baseVoiceNamed('none'));
});

it('says that an engine is missing, and never speaks with another instead', async () => {
  await expect(baseVoiceNamed('xtts')('')).rejects.toMatchObject({ code: 'model/missing' });
});

const present = existsSync(join(FIXTURES, 'piper/onnx/model.onnx'));
if (!present) console.warn('tests/fixtures/models/piper is not here: the worker speaks with eSpeak NG alone');

describe.skipIf(!present)('the worker with a fetched voice', { timeout: 120_000 }, () => {
  /** Files that were asked for. */
  let asked: string[];
  beforeEach(() => {
    asked = stubWorkerScope();
  });
  afterEach(() => vi.unstubAllGlobals());

  const FRENCH = { language: 'fr', model: 'fixtures/piper', name: 'fr_FR-some-medium' } as const;

  async function start(change: Partial<WorkerConfig> = {}) {
    const { entry } = await import('./worker');
    const methods = await entry.start(nodeConfig({ baseVoices: [FRENCH], ...change }));
    const fractions: number[] = [];
    const report = ((told: WorkerReport) => {
      if ('progress' in told) fractions.push(told.progress.fraction);
    }) as Report;
    const say = (language: Lang, engines?: Record<string, unknown>) => {
      const voice: VoiceConditioning | undefined = engines && {
        profileId: 'me',
        centroid: new Float32Array(192),
        engines
      };
      return methods.synthesize('Paris, Berlin. Madrid!', language, voice, report);
    };
    return { say, fractions };
  }

  test('speaks its language with it, and the others with eSpeak NG, which is loaded once for both', async () => {
    const { say, fractions } = await start();
    const french = await say('fr');
    expect(french).toMatchObject({ fidelity: 'stock', model: 'piper/fr_FR-some-medium' });
    expect(french.words.map(({ text }) => text)).toEqual(['Paris,', 'Berlin.', 'Madrid!']);
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(await say('en')).toMatchObject({ model: 'espeak-ng/en-us' });
    expect(await say('fr')).toMatchObject({ model: 'piper/fr_FR-some-medium' });
    expect(asked).toEqual([
      'espeak-ng/espeak-ng.wasm',
      'espeak-ng/core.zip',
      'fixtures/piper/config.json',
      'fixtures/piper/onnx/model.onnx'
    ]);
  });

  test('a voice that is fitted to a person stays eSpeak’s; one that is cloned begins with the fetched one', async () => {
    const { say } = await start({ models: { voiceConverter: 'fixtures/openvoice' } });
    const fitted = await say('fr', { [MATCHED]: FITTED });
    expect(fitted).toMatchObject({ fidelity: 'matched', model: 'espeak-ng/fr + matched' });
    expect(asked).toEqual(['espeak-ng/espeak-ng.wasm', 'espeak-ng/core.zip', 'espeak-ng/fr.zip']);
    const tone = Float32Array.from({ length: 256 }, (_, i) => 0.3 * Math.sin(0.9 * i));
    expect(await say('fr', { [OPENVOICE]: tone })).toMatchObject({
      fidelity: 'cloned',
      model: 'piper/fr_FR-some-medium + openvoice'
    });
  });

  test('where memory is scarce the one in use alone stays', async () => {
    const german = { language: 'de', model: 'fixtures/piper/', name: 'de_DE-some-medium' } as const;
    for (const [oneModelAtATime, loads] of [
      [false, 2],
      [true, 3]
    ] as const) {
      asked.length = 0;
      const { say } = await start({ baseVoices: [FRENCH, german], oneModelAtATime });
      for (const language of ['fr', 'de', 'fr'] as const) await say(language);
      expect(asked.filter((path) => path.endsWith('model.onnx'))).toHaveLength(loads);
    }
  });

  test('a voice that can not be loaded is a coded error that names its folder, and the others go on', async () => {
    const { say } = await start({ baseVoices: [{ ...FRENCH, model: 'fixtures/none' }] });
    await expect(say('fr')).rejects.toMatchObject({
      code: 'model/missing',
      message: expect.stringContaining('fixtures/none/')
    });
    expect(await say('en')).toMatchObject({ model: 'espeak-ng/en-us' });
  });
});
