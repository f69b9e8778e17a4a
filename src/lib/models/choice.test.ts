/** What the page decides before it asks the library: addresses, variants, speed, what was set aside. */
import { describe, expect, test } from 'vitest';
import { modelById, type Model } from '../../../models/catalog';
import { checkMirror } from './mirror';
import { allowedSources, isAllowed } from './policy';
import { browserVersion, markOf, setAsideIn } from './setAside';
import { Speed } from './speed';
import { tight, unfit, variantFor, wantedModel } from './wanted';

const OWN = 'https://timbre.example';
const POLICY =
  "default-src 'self'; connect-src 'self' blob: data: https://huggingface.co https://*.hf.co http://127.0.0.1:*; object-src 'none'";
const SOURCES = allowedSources(POLICY);

describe('the policy', () => {
  test('says which hosts may be asked', () => {
    expect(SOURCES).toEqual(['https://huggingface.co', 'https://*.hf.co', 'http://127.0.0.1:*']);
    expect(allowedSources("default-src 'self'")).toBeUndefined();
  });

  test.each([
    ['https://huggingface.co/a', true],
    ['https://cdn-lfs.hf.co/a', true],
    ['https://us.aws.cdn.hf.co/a', true],
    ['https://hf.co/a', false],
    ['https://evil-hf.co/a', false],
    ['http://huggingface.co/a', false],
    ['https://huggingface.co:8443/a', false],
    ['http://127.0.0.1:5000/a', true],
    [`${OWN}/hub/`, true]
  ])('%s: %s', (url, allowed) => {
    expect(isAllowed(new URL(url), OWN, SOURCES)).toBe(allowed);
  });
});

test.each([
  ['https://huggingface.co', 'https://huggingface.co/'],
  [' https://huggingface.co/mirror// ', 'https://huggingface.co/mirror/'],
  ['/hub', `${OWN}/hub/`],
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/'],
  ['https://mirror.example/', 'not-allowed'],
  ['http://huggingface.co/', 'not-secure'],
  ['https://someone:secret@huggingface.co/', 'not-a-url'],
  ['https://huggingface.co/?a=1', 'not-a-url'],
  ['//huggingface.co', 'not-a-url'],
  ['ftp://huggingface.co', 'not-a-url'],
  ['the mirror', 'not-a-url'],
  ['', 'not-a-url']
])('as a mirror, “%s” is %s', (text, expected) => {
  const verdict = checkMirror(text, OWN, SOURCES);
  expect(verdict.ok ? verdict.baseUrl : verdict.why).toBe(expected);
});

function need(id: string): Model {
  const model = modelById(id);
  if (!model) throw new Error(`no model ${id}`);
  return model;
}
const phone = { tier: 'phone', plan: { devices: ['wasm'], threads: 4 } } as const;
const laptop = { tier: 'laptop', plan: { devices: ['webgpu', 'wasm'], threads: 4 } } as const;
const view = ({ tier, plan }: typeof phone | typeof laptop) => ({
  tier,
  plan: { ...plan, devices: [...plan.devices] }
});

test('a model is wanted in the variant that the device carries, by the names of the catalogue', () => {
  const tiny = need('whisper-tiny');
  const variant = variantFor(tiny, view(phone));
  expect(variant?.name).toBe('q4');
  const wanted = variant && wantedModel(tiny, variant);
  expect(wanted).toMatchObject({
    id: 'whisper-tiny',
    repo: 'onnx-community/whisper-tiny_timestamped',
    dtype: 'q4'
  });
  expect(wanted?.files.map(({ path }) => path)).toContain('onnx/decoder_model_merged_q4.onnx');
});

test('why a device can not have a model, or hardly', () => {
  const turbo = need('whisper-large-v3-turbo');
  const nllb = need('nllb-200-distilled-600m');
  expect(unfit(need('whisper-base'), view(phone))).toBeUndefined();
  expect(unfit(turbo, view(phone))).toBe('no-webgpu');
  expect(unfit(need('kokoro-82m'), view(phone))).toBe('not-yet');
  expect(unfit(nllb, view(phone))).toBeUndefined();
  const sizes = [turbo, nllb, need('whisper-base')].map((model) => {
    const variant = variantFor(model, view(laptop));
    return variant && tight(variant, laptop);
  });
  expect(sizes.map((bytes) => bytes !== undefined)).toEqual([true, true, false]);
});

test('speed is of the last seconds, and begins anew when bytes were thrown away', () => {
  const speed = new Speed();
  expect(speed.add(0, 0)).toBeNull();
  expect(speed.add(1000, 2_000_000)).toBe(2_000_000);
  for (let at = 2000; at <= 20_000; at += 1000) speed.add(at, 2_000_000 + at);
  expect(speed.add(21_000, 2_021_000)).toBeCloseTo(1000, 0);
  expect(speed.add(22_000, 0)).toBeNull();
});

test('what was set aside holds for this version of this browser', () => {
  const chrome = 'Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';
  expect(browserVersion(chrome)).toBe('Chrome/156');
  expect(browserVersion(`${chrome} Edg/156.0.0.0`)).toBe('Edg/156');
  expect(browserVersion('Mozilla/5.0 (X11; rv:150.0) Gecko/20100101 Firefox/150.0')).toBe('Firefox/150');
  expect(setAsideIn([markOf('a', 'Chrome/156'), markOf('b', 'Chrome/155')], 'Chrome/156')).toEqual(['a']);
});
