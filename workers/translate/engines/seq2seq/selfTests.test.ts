import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { compareSessions, loadWeights } from '../../../runtime';
import { FIXTURES, fetchFromDisk, MODEL_BASE, nodeConfig } from '../../../runtime/testing';
import { loadConfig } from './config';
import { decoderTest, encoderTest } from './selfTests';

test.each(['m2m100', 'marian'].filter((name) => existsSync(join(FIXTURES, name, 'config.json'))))(
  'the runs that devices are compared by fit %s, and find other weights out',
  async (name) => {
    vi.stubGlobal('fetch', fetchFromDisk({ fixtures: FIXTURES }));
    const folder = `${MODEL_BASE}fixtures/${name}/`;
    const config = await loadConfig(folder);
    const load = (part: string, variant: string) =>
      loadWeights(folder, { name: part, variants: [variant] }, nodeConfig());
    for (const part of ['encoder_model', 'decoder_model_merged']) {
      const full = await load(part, '');
      const coarse = await load(part, '_quantized');
      const { feeds, outputs } = part === 'encoder_model' ? encoderTest(config) : decoderTest(full, config);
      expect(await compareSessions(full, full, () => feeds, outputs)).toEqual({
        agrees: true,
        difference: 0
      });
      const verdict = await compareSessions(coarse, full, () => feeds, outputs);
      expect(verdict.agrees).toBe(false);
      expect(verdict.difference).toBeLessThan(0.5);
    }
  },
  120_000
);
