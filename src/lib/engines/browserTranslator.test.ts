/** The browser's translator with a fake one in its place. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Lang, Progress } from '../../../workers/contract';
import { TimbreError } from '../../../workers/contract';
import { browserFirst } from './browserFirst';
import { createEngines } from './createEngines';
import { BROWSER_MODEL, openBrowserTranslator } from './browserTranslator';
import type { Availability, TranslatorApi } from './browserTranslatorApi';
import type { Engines } from './types';

const LONG = 'We meet at the station tomorrow morning at nine and take the train.';

/** By `en-fr`; others are unavailable. */
let pairs: Record<string, Availability>;
let answer: (text: string, to: string) => Promise<string>;
/** Every session, by pair, and those that are still open. */
let created: string[];
let open: Set<object>;
/** Of a download: what the browser tells, and how it ends. */
let download: (tell: (loaded: number) => void) => Promise<void>;

const fake: TranslatorApi = {
  availability: async ({ sourceLanguage, targetLanguage }) =>
    pairs[`${sourceLanguage}-${targetLanguage}`] ?? 'unavailable',
  async create({ sourceLanguage, targetLanguage, monitor }) {
    created.push(`${sourceLanguage}-${targetLanguage}`);
    if (pairs[`${sourceLanguage}-${targetLanguage}`] === undefined)
      throw new DOMException('no such pair', 'NotSupportedError');
    const target = new EventTarget();
    monitor?.(target);
    await download((loaded) =>
      target.dispatchEvent(Object.assign(new Event('downloadprogress'), { loaded, total: 1 }))
    );
    const session = {
      translate: (text: string) => answer(text, targetLanguage),
      destroy: () => open.delete(session)
    };
    open.add(session);
    return session as never;
  }
};

beforeEach(() => {
  pairs = { 'en-fr': 'available', 'en-de': 'available', 'en-ko': 'downloadable' };
  answer = async (text, to) => `${to}: ${text}`;
  download = async () => undefined;
  created = [];
  open = new Set();
  vi.stubGlobal('Translator', fake);
  vi.spyOn(console, 'warn').mockReturnValue();
});
afterEach(() => {
  expect(open.size).toBe(0);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function browser() {
  const found = openBrowserTranslator();
  if (!found) throw new Error('there is no translator');
  return found;
}

test('a browser without a translator has none', () => {
  vi.unstubAllGlobals();
  expect(openBrowserTranslator()).toBeUndefined();
});

describe('one pair', () => {
  test('is translated sentence by sentence; what has no words stays as it is', async () => {
    const seen = vi.fn();
    expect(await browser().translate(['Hi. ', '…', LONG], 'en', 'fr', { onSentence: seen })).toEqual({
      sentences: ['fr: Hi.', '…', `fr: ${LONG}`],
      via: [],
      model: BROWSER_MODEL
    });
    expect(seen).toHaveBeenCalledTimes(3);
  });

  test.each([
    ['nothing', ''],
    ['signs', '…'],
    ['far too little', 'Oui.'],
    ['far too much', 'bla bli blo '.repeat(60)],
    ['a loop', 'à la gare à la gare à la gare à la gare']
  ])('an answer that is %s is blank', async (_, said) => {
    answer = async () => said;
    expect((await browser().translate([LONG], 'en', 'fr')).sentences).toEqual(['']);
  });

  test('that isn’t here is not fetched for a message', async () => {
    for (const to of ['ko', 'hu', 'en'] as const)
      await expect(browser().translate(['Hi.'], 'en', to)).rejects.toMatchObject({
        code: 'translate/no-path'
      });
    expect(created).toEqual([]);
  });

  test('a browser that refuses to say has no pair', async () => {
    vi.stubGlobal('Translator', {
      ...fake,
      availability: () => Promise.reject(new Error('not in this frame'))
    });
    expect(await browser().availability('en', 'fr')).toBe('unavailable');
  });

  test('a failure has a code, and the session is given back', async () => {
    answer = () => Promise.reject(new DOMException('it broke', 'UnknownError'));
    await expect(browser().translate(['Hi.'], 'en', 'fr')).rejects.toMatchObject({
      code: 'model/run-failed'
    });
  });

  test('cancelling answers at once, also where the browser does not', async () => {
    const stop = new AbortController();
    answer = () => new Promise(() => undefined);
    const going = browser().translate(['Hi.'], 'en', 'fr', { signal: stop.signal });
    await vi.waitFor(() => expect(open.size).toBe(1));
    stop.abort();
    await expect(going).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});

describe('fetching a pair', () => {
  test('asks within the click, and tells how far it is', async () => {
    download = async (tell) => [0, 0.5, 1].forEach(tell);
    const fractions: number[] = [];
    const coming = browser().fetch('en', 'ko', { onFraction: (fraction) => fractions.push(fraction) });
    expect(created).toEqual(['en-ko']);
    await coming;
    expect(fractions).toEqual([0, 0.5, 1, 1]);
  });

  test('a pair that there is not, a download that fails, and one that is stopped have codes', async () => {
    await expect(browser().fetch('en', 'hu')).rejects.toMatchObject({ code: 'translate/no-path' });
    download = () => Promise.reject(new DOMException('no network', 'NetworkError'));
    await expect(browser().fetch('en', 'ko')).rejects.toMatchObject({ code: 'model/download-failed' });
    download = () => new Promise(() => undefined);
    const stop = new AbortController();
    const coming = browser().fetch('en', 'ko', { signal: stop.signal });
    stop.abort();
    await expect(coming).rejects.toMatchObject({ code: 'job/cancelled' });
  });
});

describe('before the others', () => {
  let wanted: boolean;
  let asked: Lang[][];
  let other: Engines['translate'];
  beforeEach(() => {
    wanted = true;
    asked = [];
    other = async (sentences, _from, to, options) => {
      asked.push(to);
      options?.onProgress?.({ stage: 'translate', fraction: 1 });
      return Object.fromEntries(
        to.map((language) => [language, { sentences: [...sentences], via: [], model: 'other' }])
      );
    };
  });
  const open = () =>
    browserFirst(
      browser(),
      async () => wanted,
      (...call) => other(...call)
    );
  const modelsOf = (outputs: Awaited<ReturnType<Engines['translate']>>) =>
    Object.fromEntries(Object.entries(outputs).map(([language, output]) => [language, output.model]));

  test('is asked only where the person chose it', async () => {
    wanted = false;
    expect(modelsOf(await open().translate(['Hi.'], 'en', ['fr']))).toEqual({ fr: 'other' });
    expect(created).toEqual([]);
  });

  test('pairs that it has not go to the others, in one batch; progress is of the whole', async () => {
    const told: Progress[] = [];
    const outputs = await open().translate(['Hi.', 'Bye.'], 'en', ['fr', 'ko', 'de', 'hu'], {
      onProgress: (progress) => told.push(progress)
    });
    expect(modelsOf(outputs)).toEqual({ fr: BROWSER_MODEL, de: BROWSER_MODEL, ko: 'other', hu: 'other' });
    expect(asked).toEqual([['ko', 'hu']]);
    const fractions = told.map(({ fraction }) => fraction);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect((await open().translate(['Hi.'], 'en', ['fr', 'de'])).fr?.sentences).toEqual(['fr: Hi.']);
    expect(asked).toHaveLength(1);
  });

  test('what it failed at, or did not say whole, another says; where none does, its part stays', async () => {
    answer = async (text, to) => {
      if (to === 'fr') throw new DOMException('it broke', 'UnknownError');
      return text === 'Bye.' ? '' : `${to}: ${text}`;
    };
    expect(modelsOf(await open().translate(['Hi.', 'Bye.'], 'en', ['fr', 'de']))).toEqual({
      fr: 'other',
      de: 'other'
    });
    other = async () => ({});
    expect((await open().translate(['Hi.', 'Bye.'], 'en', ['de'])).de?.sentences).toEqual(['de: Hi.', '']);
  });

  test('what it said is not lost when the others fail; alone, their failure is told', async () => {
    other = () => Promise.reject(new TimbreError('model/load-failed', 'it is broken'));
    expect(modelsOf(await open().translate(['Hi.'], 'en', ['fr', 'hu']))).toEqual({ fr: BROWSER_MODEL });
    await expect(open().translate(['Hi.'], 'en', ['hu'])).rejects.toMatchObject({
      code: 'model/load-failed'
    });
  });

  test('cancelling and releasing end it, and the others are not asked', async () => {
    answer = () => new Promise(() => undefined);
    const stop = new AbortController();
    const first = open();
    const cancelled = first.translate(['Hi.'], 'en', ['fr', 'hu'], { signal: stop.signal });
    const released = first.translate(['Hi.'], 'en', ['fr', 'hu']);
    await vi.waitFor(() => expect(created).toHaveLength(2));
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
    first.release();
    await expect(released).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(asked).toEqual([]);
    answer = async (text, to) => `${to}: ${text}`;
    expect(modelsOf(await first.translate(['Hi.'], 'en', ['fr']))).toEqual({ fr: BROWSER_MODEL });
  });
});

describe('as one of the engines', () => {
  const everything = <T>(value: T) => ({
    transcriber: value,
    translator: value,
    speakerEncoder: value,
    voiceConverter: value
  });
  const engines = (translator: string) =>
    createEngines({
      runtimeBase: '/runtime/',
      modelBase: '/models/',
      library: {
        read: async () => ({
          wanted: { ...everything('auto'), translator },
          devices: everything('auto' as const),
          installed: [],
          setAside: [],
          distrusted: []
        }),
        setAside: async () => undefined,
        distrust: async () => undefined
      }
    });
  let started: number;
  beforeEach(() => {
    started = 0;
    const starts = class {
      constructor() {
        started++;
        throw new Error('no workers here');
      }
    };
    vi.stubGlobal('Worker', starts);
    vi.stubGlobal('navigator', { hardwareConcurrency: 2 });
    vi.stubGlobal('crossOriginIsolated', true);
  });

  test('it does what it can without any worker, once it is chosen', async () => {
    const outputs = await engines('browser-translator').translate(['Hi.'], 'en', ['fr', 'de']);
    expect(outputs.fr).toEqual({ sentences: ['fr: Hi.'], via: [], model: BROWSER_MODEL });
    expect(started).toBe(0);
  });

  test('it is not asked unless it is chosen', async () => {
    await expect(engines('auto').translate(['Hi.'], 'en', ['fr'])).rejects.toMatchObject({ code: 'unknown' });
    expect([created.length, started > 0]).toEqual([0, true]);
  });
});
