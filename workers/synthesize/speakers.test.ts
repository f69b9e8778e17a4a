/** The worker with engines that speak in a person's own voice by themselves. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CHATTERBOX, MATCHED, OPENVOICE, POCKET, type CloningEngine, type Lang } from '../contract';
import { FIXTURES, nodeConfig } from '../runtime/testing';
import type { Report, WorkerReport } from '../wire';
import { FITTED, stubWorkerScope } from './worker.testing';

const CLIP = {
  samples: Float32Array.from(
    { length: 3 * 16_000 },
    (_, i) => 0.3 * Math.sin(0.05 * i) * Math.max(0, Math.sin(0.001 * i))
  ),
  sampleRateHz: 16_000
};

const present = ['chatterbox/onnx/language_model', 'pocket/onnx/flow_lm_main'].every((file) =>
  existsSync(join(FIXTURES, `${file}.onnx`))
);
if (!present)
  console.warn('the fixtures of Chatterbox and Pocket TTS are not here: the worker does not clone');

describe.skipIf(!present)('the worker', { timeout: 120_000 }, () => {
  let asked: string[];
  beforeEach(() => {
    asked = stubWorkerScope();
  });
  afterEach(() => vi.unstubAllGlobals());

  async function start(engine: CloningEngine) {
    const { entry } = await import('./worker');
    const models = { voiceConverter: `fixtures/${engine}` };
    const methods = await entry.start(nodeConfig({ models, cloningEngine: engine }));
    const fractions: number[] = [];
    const report = ((told: WorkerReport) => {
      if ('progress' in told) fractions.push(told.progress.fraction);
    }) as Report;
    return {
      fractions,
      enrol: (wanted?: CloningEngine) => methods.enrolVoice([CLIP], wanted, report),
      say: (text: string, language: Lang, engines: Record<string, unknown>, take?: number) =>
        methods.synthesize(
          text,
          language,
          { profileId: 'me', centroid: new Float32Array(192), engines, take },
          report
        )
    };
  }

  test.each([CHATTERBOX, POCKET] as const)('%s enrols a voice and speaks in it by itself', async (engine) => {
    const { enrol, say, fractions } = await start(engine);
    const conditioning = await enrol(engine);
    fractions.length = 0;
    const text = 'We meet at the station, and then we eat. The train is late.';
    const speech = await say(text, 'en', { [engine]: conditioning, [MATCHED]: FITTED });
    expect(speech).toMatchObject({ fidelity: 'cloned', model: engine, audio: { sampleRateHz: 24_000 } });
    expect(speech.words.map((word) => word.text)).toEqual(text.split(' '));
    const lengthMs = (1000 * speech.audio.samples.length) / 24_000;
    speech.words.forEach(({ startMs, endMs }, i) => {
      expect(startMs).toBeGreaterThanOrEqual(speech.words[i - 1]?.startMs ?? 0);
      expect(endMs).toBeGreaterThanOrEqual(startMs);
      expect(endMs).toBeLessThanOrEqual(lengthMs);
    });
    expect(fractions.every((fraction, i) => fraction >= (fractions[i - 1] ?? 0) && fraction <= 1)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    // No base voice was needed.
    expect(asked.some((file) => file.startsWith('espeak'))).toBe(false);

    const again = await say(text, 'en', { [engine]: conditioning });
    expect(again.audio.samples).toEqual(speech.audio.samples);
    const other = await say(text, 'en', { [engine]: conditioning }, 1);
    expect(other.audio.samples).not.toEqual(speech.audio.samples);
  });

  test('a language that it does not speak is matched, or stock, and never called cloned', async () => {
    const { enrol, say } = await start(CHATTERBOX);
    const own = { [CHATTERBOX]: await enrol() };
    expect(await say('Dobrý den.', 'cs', { ...own, [MATCHED]: FITTED })).toMatchObject({
      fidelity: 'matched',
      model: 'espeak-ng/cs + matched'
    });
    // What another engine would need makes no difference: this one is here.
    const both = { ...own, [OPENVOICE]: new Float32Array(256) };
    expect(await say('Dobrý den.', 'cs', both)).toMatchObject({ fidelity: 'stock', model: 'espeak-ng/cs' });
  });

  test('a voice of another engine is matched; without that it is a coded error, and so is a damaged one', async () => {
    const { say } = await start(CHATTERBOX);
    for (const other of [OPENVOICE, POCKET]) {
      const engines = { [other]: new Float32Array(256) };
      expect(await say('Hello.', 'en', { ...engines, [MATCHED]: FITTED })).toMatchObject({
        fidelity: 'matched'
      });
      await expect(say('Hello.', 'en', engines)).rejects.toMatchObject({ code: 'model/missing' });
    }
    for (const damaged of [new Float32Array(256), [1, 2, 3], 'a voice'])
      await expect(say('Hello.', 'en', { [CHATTERBOX]: damaged })).rejects.toMatchObject({
        code: 'input/invalid'
      });
  });

  test('enrols for the engine that is asked for, and for no other', async () => {
    const { enrol } = await start(CHATTERBOX);
    await expect(enrol(OPENVOICE)).rejects.toMatchObject({ code: 'model/missing' });
  });
});
