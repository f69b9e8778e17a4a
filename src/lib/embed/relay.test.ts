import { afterEach, expect, it, vi } from 'vitest';
import { reached, sound } from '$lib/pipeline/harness.testing';
import { HOST, openFrame, openPartition, openPersonsWindow, type Frame } from './harness.testing';

const open: Frame[] = [];
afterEach(() => open.splice(0).forEach(({ session }) => session.end()));

async function start() {
  const frame = await openFrame();
  const there = await openPersonsWindow(frame, await openPartition());
  open.push(frame, there);
  return { frame, there, host: frame.host };
}

const HELLO = { text: 'Hello.', from: 'en', to: ['fr'] } as const;

it('calls are answered in the person’s window, which asks the person itself', async () => {
  const { frame, there, host } = await start();
  await vi.waitFor(() => expect(host.events('place')).toEqual([{ place: 'window' }]));
  expect(there.state()).toMatchObject({ phase: 'connected', host: HOST });

  const call = host.call('processAudioMessage', {
    audio: await sound('Hi').arrayBuffer(),
    targetLanguages: ['fr']
  });
  await there.until(({ asked }) => asked !== null);
  expect(frame.state()).toMatchObject({ asked: null, running: 1 });
  await there.session.answer({ allow: ['process'], remember: true });
  expect((await call).translations.fr?.text).toBe('fr<Hi>');
  expect(host.progressOf(call).length).toBeGreaterThan(0);
  expect(there.here.spaces.get(HOST)?.count('transcribe')).toBe(1);
  expect(frame.here.spaces.get(HOST)).toBeUndefined();
  await frame.until(({ granted, running }) => granted.includes('process') && running === 0);
  expect(host.events('permission')).toEqual([{ granted: ['process'] }]);
  expect(await frame.here.main.store.ids('hosts')).toEqual([]);
});

it('what it had to answer is lost with it; later calls are answered in the frame', async () => {
  const { frame, there, host } = await start();
  await there.allow(['process']);
  const hearing = reached(there.here.engines, 'transcribe');
  const call = host.call('transcribe', { audio: sound('Hi') });
  await hearing;
  there.close();
  await expect(call).rejects.toMatchObject({ code: 'embed/disconnected' });
  await frame.until(({ place, running }) => place === 'frame' && running === 0);
  await vi.waitFor(() => expect(host.events('place').at(-1)).toEqual({ place: 'frame' }));
  await frame.allow(['process']);
  expect(await host.call('translate', HELLO)).toHaveProperty('fr');
  expect(frame.here.engines.count('translate')).toBe(1);
});

it('a call that is no longer waited for stops there', async () => {
  const { there, host } = await start();
  await there.allow(['process']);
  const given: { signal?: AbortSignal | undefined } = {};
  const hearing = reached(there.here.engines, 'transcribe', ({ signal }) => {
    given.signal = signal;
    return new Promise(() => {});
  });
  const call = host.call('transcribe', { audio: sound('Hi') });
  await hearing;
  host.say({ type: 'cancel', id: call.id });
  await there.until(({ running }) => running === 0);
  expect(given.signal?.aborted).toBe(true);
});

it('taken back in the frame, nothing is answered there any more', async () => {
  const { frame, there, host } = await start();
  await there.allow(['process']);
  const hearing = reached(there.here.engines, 'transcribe');
  const call = host.call('transcribe', { audio: sound('Hi') });
  await hearing;
  await frame.session.revoke(['process']);
  await expect(call).rejects.toMatchObject({ code: 'embed/not-allowed' });
  await expect(host.call('translate', HELLO)).rejects.toMatchObject({ code: 'embed/not-allowed' });
});

it('a window that was blocked is said to be', async () => {
  const frame = await openFrame();
  open.push(frame);
  expect(frame.session.openWindow()).toBe(false);
});

it('only the window that was opened is taken for it', async () => {
  const frame = await openFrame();
  open.push(frame);
  frame.page.popUp = {
    closed: false,
    focus: () => {},
    postMessage: vi.fn()
  } as unknown as typeof frame.page.popUp;
  frame.session.openWindow();
  const ready = { timbre: 'ready', versions: { oldest: 1, newest: 1 } };
  const from = (source: unknown, origin: string) =>
    frame.page.receive({ data: ready, origin, source: source as MessageEventSource, ports: [] });
  from({}, frame.page.origin);
  from(frame.page.popUp, 'https://evil.example');
  expect(frame.page.popUp?.postMessage).not.toHaveBeenCalled();
  from(frame.page.popUp, frame.page.origin);
  expect(frame.page.popUp?.postMessage).toHaveBeenCalledOnce();
});
