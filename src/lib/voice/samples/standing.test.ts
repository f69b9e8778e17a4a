import { expect, test } from 'vitest';
import { TimbreError, type ErrorCode } from '$workers/contract';
import { phrasesFor } from '../phrases';
import { standing } from './standing';
import type { StudioDeps } from './types';

const AUDIO = { samples: new Float32Array(16_000), sampleRateHz: 16_000 };
const HEARD = { text: 'something', confidence: 0.5, model: 'starter/whisper' };

/** Each text fits as well as it is said to, in the order in which they are asked for. */
function engines(fits: number[] | ErrorCode): Pick<StudioDeps, 'engines'> & { asked: string[][] } {
  const asked: string[][] = [];
  const nothing = () => Promise.reject(new TimbreError('unknown', 'not asked'));
  return {
    asked,
    engines: {
      transcribe: nothing,
      embed: nothing,
      textFit(_, texts) {
        asked.push([...texts]);
        if (typeof fits === 'string') return Promise.reject(new TimbreError(fits, 'as asked'));
        return Promise.resolve(texts.map((_, i) => fits[i % fits.length] ?? 0));
      }
    }
  };
}

test('a sentence stands among the phrases of its language, itself not counted', async () => {
  const [first] = await phrasesFor('fr');
  const deps = engines([5, 1, 3]);
  const found = await standing(
    deps,
    AUDIO,
    { sentence: first?.text ?? '', language: 'fr', heard: HEARD },
    {}
  );
  const [[own, ...others] = []] = deps.asked;
  expect(own).toBe(first?.text);
  expect(others).toHaveLength(24);
  expect(others).not.toContain(own);
  // 1, 3, 5 in turns: the mean is 3, the deviation the root of 8 / 3.
  expect(found?.aboveMean).toBeCloseTo(2 / Math.sqrt(8 / 3));
  expect(found?.belowBest).toBe(0);
});

test('nothing is known without phrases, without speech, or where a recogniser tells more', async () => {
  const asked = { sentence: 'Hello.', language: 'en', heard: HEARD } as const;
  const known = engines([1, 2]);
  expect(await standing(known, AUDIO, { ...asked, language: 'ja' }, {})).toBeNull();
  expect(await standing(known, AUDIO, { ...asked, language: null }, {})).toBeNull();
  expect(await standing(known, AUDIO, { ...asked, heard: null }, {})).toBeNull();
  expect(await standing(known, AUDIO, { ...asked, heard: { ...HEARD, model: 'hub/x' } }, {})).toBeNull();
  expect(known.asked).toEqual([]);
  expect(await standing(engines([1]), AUDIO, asked, {})).toBeNull();
  for (const code of ['speech/none-found', 'language/unsupported'] as const)
    expect(await standing(engines(code), AUDIO, asked, {})).toBeNull();
  await expect(standing(engines('worker/crashed'), AUDIO, asked, {})).rejects.toMatchObject({
    code: 'worker/crashed'
  });
});
