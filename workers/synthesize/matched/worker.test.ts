/** The worker, asked for a voice that the base voice was fitted to. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MATCHED, OPENVOICE, type ModelChoice, type VoiceConditioning } from '../../contract';
import { nodeConfig } from '../../runtime/testing';
import type { Report } from '../../wire';
import { FITTED, stubWorkerScope } from '../worker.testing';

let fetched: string[];
beforeEach(() => {
  fetched = stubWorkerScope();
});
afterEach(() => vi.unstubAllGlobals());

async function start(models: Partial<ModelChoice> = {}) {
  const { entry } = await import('../worker');
  const methods = await entry.start(nodeConfig({ models }));
  const report = (() => undefined) as unknown as Report;
  return (language: 'en' | 'fr', engines: Record<string, unknown>) => {
    const voice: VoiceConditioning = { profileId: 'me', centroid: new Float32Array(192), engines };
    return methods.synthesize('Paris, Berlin, Madrid.', language, voice, report);
  };
}

test(
  'speaks every language with what was loaded once, and says whose voice it is',
  { timeout: 60_000 },
  async () => {
    const say = await start();
    for (const [language, model] of [
      ['en', 'espeak-ng/en-us + matched'],
      ['fr', 'espeak-ng/fr + matched']
    ] as const) {
      const speech = await say(language, { [MATCHED]: FITTED });
      expect(speech).toMatchObject({ fidelity: 'matched', model });
      expect(speech.words).toHaveLength(3);
    }
    expect(await say('en', {})).toMatchObject({ fidelity: 'stock', model: 'espeak-ng/en-us' });
    expect(fetched.filter((url) => url.endsWith('core.zip'))).toHaveLength(1);
  }
);

test(
  'a voice that a model here can’t speak is matched, and says so; one that is damaged is a coded error',
  {
    timeout: 60_000
  },
  async () => {
    const say = await start();
    const both = { [OPENVOICE]: new Float32Array(256), [MATCHED]: FITTED };
    expect(await say('en', both)).toMatchObject({ fidelity: 'matched' });
    await expect(say('en', { [OPENVOICE]: new Float32Array(256) })).rejects.toMatchObject({
      code: 'model/missing'
    });
    await expect(say('en', { [MATCHED]: { version: 1 } })).rejects.toMatchObject({ code: 'input/invalid' });
  }
);

test('whatever base voice is chosen, a fitted one is eSpeak’s', { timeout: 60_000 }, async () => {
  const say = await start({ synthesizer: 'none' });
  expect(await say('fr', { [MATCHED]: FITTED })).toMatchObject({ model: 'espeak-ng/fr + matched' });
  await expect(say('fr', {})).rejects.toMatchObject({ code: 'model/missing' });
});
