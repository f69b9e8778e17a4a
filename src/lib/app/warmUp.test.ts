import { afterEach, expect, it, vi } from 'vitest';
import type { Engines } from '$lib/engines';
import { comingFor, warmUp, type WarmUpDeps } from './warmUp';

const COMING = [{ stage: 'transcribe' }] as const;
afterEach(() => vi.restoreAllMocks());

function setUp(navigator: WarmUpDeps['navigator'] = {}) {
  const asked = vi.fn(async () => undefined);
  const app = { engines: vi.fn(async () => ({ warmUp: asked }) as unknown as Engines) };
  let calm: () => void = () => {};
  const idle = () => new Promise<void>((resolve) => (calm = resolve));
  const stop = new AbortController();
  const ended = warmUp(app, COMING, stop.signal, { navigator, idle });
  return { app, asked, calm: () => calm(), stop, ended };
}

it('asks for what is coming when the page is idle, and not before', async () => {
  const { app, asked, calm, stop, ended } = setUp({ deviceMemory: 4, connection: { saveData: false } });
  expect(app.engines).not.toHaveBeenCalled();
  calm();
  await ended;
  expect(asked).toHaveBeenCalledWith(COMING, { signal: stop.signal });
});

it.each([{ connection: { saveData: true } }, { deviceMemory: 2 }, { deviceMemory: 0.5 }])(
  'does nothing where data is saved or memory is short: %o',
  async (navigator) => {
    const { app, ended } = setUp(navigator);
    await ended;
    expect(app.engines).not.toHaveBeenCalled();
  }
);

it('is given up with what was begun', async () => {
  const { app, calm, stop, ended } = setUp();
  stop.abort();
  calm();
  await ended;
  expect(app.engines).not.toHaveBeenCalled();
});

it('never stops what the person does', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const { app, calm, ended } = setUp();
  app.engines.mockRejectedValue(new Error('no engines'));
  calm();
  await expect(ended).resolves.toBeUndefined();
  expect(warn).toHaveBeenCalledOnce();
});

it.each([
  ['recorded', ['fr', 'de'], ['transcribe', 'translate', 'voice', 'synthesize fr']],
  ['file', ['fr'], ['transcribe', 'translate', 'synthesize fr']],
  ['recorded', [], ['transcribe']],
  ['text', ['fr'], ['translate', 'synthesize fr']],
  ['text', [], ['synthesize en']]
] as const)('%s that is heard in %j asks for %j', (source, to, expected) => {
  const coming = comingFor(source, 'en', to);
  expect(coming.map((each) => each.stage + ('language' in each ? ` ${each.language}` : ''))).toEqual(
    expected
  );
  for (const each of coming) if (each.stage === 'translate') expect(each).toMatchObject({ from: 'en', to });
});
