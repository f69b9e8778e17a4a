import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TimbreError } from './errors';
import type { CallProgress, Transcription } from './protocol';
import { APP, arrived, FakeHost, openPage, type FakePage } from './testing';

const pages: FakePage[] = [];
function open(...given: Parameters<typeof openPage>): FakePage {
  const page = openPage(...given);
  pages.push(page);
  return page;
}
async function connected(...given: Parameters<typeof openPage>): Promise<FakePage> {
  const page = open(...given);
  await page.frame.welcome();
  return page;
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => {
  for (const { session, frame } of pages.splice(0)) {
    session.destroy();
    for (const { port } of frame.greetings) port.close();
  }
  vi.useRealTimers();
});

const SAID = { text: 'Hello.', language: 'en' } as Transcription;
const progress = (fraction: number): CallProgress => ({ stage: 'transcribe', fraction, overall: fraction });
const sound = () => new Blob(['sound'], { type: 'audio/wav' });

/** A call that isn't awaited yet; Node would complain of its failure. */
function held<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}

describe('a call', () => {
  test('is answered by its id, whatever the order', async () => {
    const { frame, session } = await connected();
    const first = session.call('transcribe', { audio: sound() });
    const second = session.call('getSample', { id: 'sample' });
    await arrived();
    expect(frame.calls.map(({ method, args }) => ({ method, args }))).toEqual([
      { method: 'transcribe', args: { audio: expect.any(Blob) } },
      { method: 'getSample', args: { id: 'sample' } }
    ]);
    const [one, two] = frame.calls.map(({ id }) => id);
    frame.say({ type: 'error', id: two ?? 0, error: { code: 'storage/not-found', message: 'no such' } });
    frame.say({ type: 'result', id: one ?? 0, value: SAID });
    await expect(second).rejects.toBeInstanceOf(TimbreError);
    await expect(second).rejects.toMatchObject({ code: 'storage/not-found', message: 'no such' });
    expect(await first).toEqual(SAID);
  });

  test('tells its progress, and nothing after its end', async () => {
    const { frame, session } = await connected();
    const seen: number[] = [];
    const call = session.call(
      'transcribe',
      { audio: sound() },
      { onProgress: ({ fraction }) => seen.push(fraction) }
    );
    await arrived();
    const id = frame.calls[0]?.id ?? 0;
    for (const fraction of [0, 0.5, 1]) frame.say({ type: 'progress', id, progress: progress(fraction) });
    frame.say({ type: 'progress', id: 999, progress: progress(0.7) });
    frame.say({ type: 'result', id, value: SAID });
    frame.say({ type: 'progress', id, progress: progress(1) });
    await call;
    await arrived();
    expect(seen).toEqual([0, 0.5, 1]);
  });

  test('fails with `unknown` where the app has a newer code', async () => {
    const { frame, session } = await connected();
    const call = session.call('listSamples', {});
    frame.say(JSON.parse('{"type":"error","id":1,"error":{"code":"moon/eclipsed","message":"too dark"}}'));
    await expect(call).rejects.toMatchObject({ code: 'unknown', message: 'moon/eclipsed: too dark' });
  });

  test('is not disturbed by what nobody knows', async () => {
    const { frame, session } = await connected();
    const heard = vi.fn();
    session.events.on('connected', heard);
    const call = session.call('listSamples', {});
    frame.port.postMessage(null);
    frame.port.postMessage('hello');
    frame.say({ type: 'from-the-future' });
    frame.port.postMessage({ type: 'event', name: 'connected', detail: {} });
    frame.port.postMessage({ type: 'event', name: 'toString', detail: {} });
    frame.say({ type: 'result', id: 17, value: null });
    frame.say({ type: 'result', id: 1, value: [] });
    expect(await call).toEqual([]);
    expect(heard).not.toHaveBeenCalled();
  });

  test('that can’t be sent fails', async () => {
    const { session } = await connected();
    const text = (() => 'a function') as unknown as string;
    await expect(session.call('translate', { text, to: ['fr'] })).rejects.toMatchObject({
      code: 'input/invalid'
    });
  });
});

describe('audio', () => {
  test('in a buffer goes as a Blob, as it was when the call was made; the buffer stays', async () => {
    const { frame, session } = await connected();
    const audio = new Uint8Array([1, 2, 3]).buffer;
    const call = held(session.call('transcribe', { audio }));
    new Uint8Array(audio).fill(9);
    await arrived();
    const [sent] = frame.calls;
    const { audio: there } = (sent?.args ?? {}) as { audio?: unknown };
    if (!(there instanceof Blob)) throw new Error('it is no Blob');
    expect(new Uint8Array(await there.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
    frame.say({ type: 'result', id: sent?.id ?? 0, value: SAID });
    expect(await call).toEqual(SAID);
  });
});

describe('cancelling', () => {
  test('before: nothing is sent', async () => {
    const { frame, session } = await connected();
    await expect(session.call('listSamples', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'TimbreError',
      code: 'job/cancelled'
    });
    await arrived();
    expect(frame.heard).toEqual([]);
  });

  test('during: fails at once, and the frame is told', async () => {
    const { frame, session } = await connected();
    const stop = new AbortController();
    const call = held(session.call('transcribe', { audio: sound() }, { signal: stop.signal }));
    await arrived();
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: 'job/cancelled' });
    await arrived();
    const id = frame.calls[0]?.id ?? 0;
    expect(frame.heard.at(-1)).toEqual({ type: 'cancel', id });
    frame.say({ type: 'error', id, error: { code: 'job/cancelled', message: 'it stopped' } });
    await arrived();
  });

  test('after: nothing happens', async () => {
    const { frame, session } = await connected();
    const stop = new AbortController();
    const call = session.call('listSamples', {}, { signal: stop.signal });
    frame.say({ type: 'result', id: 1, value: [] });
    await call;
    stop.abort();
    await arrived();
    expect(frame.heard).toHaveLength(1);
  });

  test('while it waits for the frame: nothing is sent', async () => {
    const { frame, session } = open();
    const stop = new AbortController();
    const call = held(session.call('listSamples', {}, { signal: stop.signal }));
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: 'job/cancelled' });
    await frame.welcome();
    expect(frame.heard).toEqual([]);
  });
});

describe('time-outs', () => {
  test('there is none for the work, unless one is asked for', async () => {
    const { frame, session } = await connected();
    const patient = session.call('listSamples', {});
    const hasty = held(session.call('listSamples', {}, { timeoutMs: 3000 }));
    await arrived();
    vi.advanceTimersByTime(2999);
    await arrived();
    expect(frame.heard).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await expect(hasty).rejects.toMatchObject({ code: 'embed/timeout' });
    await arrived();
    expect(frame.heard.at(-1)).toEqual({ type: 'cancel', id: 2 });
    vi.advanceTimersByTime(3_600_000);
    frame.say({ type: 'result', id: 1, value: [] });
    expect(await patient).toEqual([]);
  });

  test('the person’s time at the sheet is not counted', async () => {
    const { frame, session } = await connected();
    const call = held(session.call('listSamples', {}, { timeoutMs: 3000 }));
    await arrived();
    vi.advanceTimersByTime(2000);
    frame.event('layout', { heightPx: 400, sheet: true });
    await arrived();
    vi.advanceTimersByTime(600_000);
    // One that is made meanwhile waits with it.
    const other = held(session.call('listSamples', {}, { timeoutMs: 500 }));
    vi.advanceTimersByTime(600_000);
    frame.event('layout', { heightPx: 0, sheet: false });
    await arrived();
    vi.advanceTimersByTime(500);
    await expect(other).rejects.toMatchObject({ code: 'embed/timeout' });
    vi.advanceTimersByTime(499);
    const late = vi.fn();
    call.catch(late);
    await arrived();
    expect(late).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await expect(call).rejects.toMatchObject({ code: 'embed/timeout' });
  });

  test('a call waits for the frame, and no longer than it may', async () => {
    const { frame, session } = open({ connectMs: 5000 });
    const given = held(session.call('listSamples', {}));
    vi.advanceTimersByTime(5000);
    await expect(given).rejects.toMatchObject({ code: 'embed/timeout' });
    const kept = session.call('getSample', { id: 'kept' });
    await frame.welcome();
    expect(frame.calls.map(({ method }) => method)).toEqual(['getSample']);
    vi.advanceTimersByTime(5000);
    frame.say({ type: 'result', id: frame.calls[0]?.id ?? 0, value: null });
    expect(await kept).toBeNull();
  });

  test('longer than a timer takes is for ever', async () => {
    const { frame, session } = await connected();
    const call = session.call('listSamples', {}, { timeoutMs: Infinity });
    vi.advanceTimersByTime(2 ** 31);
    frame.say({ type: 'result', id: 1, value: [] });
    expect(await call).toEqual([]);
  });
});

describe('a frame that is loaded anew', () => {
  test('running calls fail, the next ones wait for it', async () => {
    const { frame, session } = await connected();
    const told: string[] = [];
    session.events.on('disconnected', ({ error }) => told.push(error.code));
    session.events.on('connected', ({ granted }) => told.push(`connected ${granted.join()}`));
    const lost = held(session.call('transcribe', { audio: sound() }));
    await arrived();
    const before = frame.port;
    vi.advanceTimersByTime(1000);
    frame.ready();
    await expect(lost).rejects.toMatchObject({ code: 'embed/disconnected' });
    expect(session.granted).toEqual([]);
    const next = session.call('listSamples', {});
    before.postMessage({ type: 'result', id: 2, value: ['of the one before'] });
    await arrived();
    frame.heard.length = 0;
    frame.say({ type: 'welcome', version: 1, granted: ['process', 'voice'] });
    await arrived();
    expect(frame.calls).toMatchObject([{ id: 2, method: 'listSamples' }]);
    frame.say({ type: 'result', id: 2, value: [] });
    expect(await next).toEqual([]);
    expect(told).toEqual(['embed/disconnected', 'connected process,voice']);
  });

  test('is noticed when the port closes, where the browser says so', async () => {
    const { frame, session } = await connected();
    const lost = held(session.call('listSamples', {}));
    await arrived();
    frame.leave();
    await expect(lost).rejects.toMatchObject({ code: 'embed/disconnected' });
  });

  test('a sheet that was open is gone with it', async () => {
    const { frame } = await connected();
    frame.event('layout', { heightPx: 400, sheet: true });
    await arrived();
    vi.advanceTimersByTime(1000);
    frame.ready();
    expect(frame.layouts.at(-1)).toEqual({ heightPx: 0, sheet: false });
  });

  test('is told today’s options', async () => {
    const { frame, session } = await connected();
    session.setOptions({ theme: 'dark', visible: true });
    await arrived();
    const options = { locale: 'fr', theme: 'dark', visible: true };
    expect(frame.heard).toEqual([{ type: 'options', options }]);
    expect(frame.visible).toEqual([true]);
    vi.advanceTimersByTime(1000);
    frame.ready();
    expect(frame.greetings.at(-1)?.hello.options).toEqual(options);
  });

  test('and refuses now: calls fail with its reason, until it does no longer', async () => {
    const { frame, session } = await connected();
    const told: string[] = [];
    session.events.on('disconnected', ({ error }) => told.push(error.code));
    vi.advanceTimersByTime(1000);
    frame.ready({ oldest: 7, newest: 9 });
    await expect(session.call('listSamples', {})).rejects.toMatchObject({ code: 'embed/version' });
    vi.advanceTimersByTime(1000);
    await frame.welcome();
    const call = session.call('listSamples', {});
    frame.say({ type: 'result', id: 1, value: [] });
    expect(await call).toEqual([]);
    expect(told).toEqual(['embed/disconnected', 'embed/version']);
  });

  test('something else in it: the talk ends', async () => {
    const { frame, session } = await connected();
    const lost = held(session.call('listSamples', {}));
    frame.ready(undefined, 'https://elsewhere.example');
    await expect(lost).rejects.toMatchObject({ code: 'embed/origin' });
  });
});

test('a frame that others took out of the page is noticed at the next call', async () => {
  const { frame, session } = await connected();
  const lost = held(session.call('listSamples', {}));
  const window = frame.window;
  frame.window = null;
  await expect(session.call('listSamples', {})).rejects.toMatchObject({ code: 'embed/disconnected' });
  await expect(lost).rejects.toMatchObject({ code: 'embed/disconnected' });
  // Put back, it is loaded anew.
  frame.window = window;
  await frame.welcome();
  const call = session.call('listSamples', {});
  frame.say({ type: 'result', id: 2, value: [] });
  expect(await call).toEqual([]);
});

test('events reach their handlers until these are taken off', async () => {
  const { frame, session } = await connected();
  const heard = vi.fn();
  const off = session.events.on('permission', heard);
  frame.event('permission', { granted: ['process', 'voice'] });
  frame.event('place', { place: 'window' });
  await arrived();
  expect(heard).toHaveBeenCalledExactlyOnceWith({ granted: ['process', 'voice'] });
  expect(session.granted).toEqual(['process', 'voice']);
  expect(session.place).toBe('window');
  off();
  frame.event('permission', { granted: [] });
  await arrived();
  expect(heard).toHaveBeenCalledOnce();
  expect(session.granted).toEqual([]);
});

describe('destroy()', () => {
  test('leaves nothing: frame, listener, port, timers; running and later calls fail', async () => {
    const { host, frame, session } = await connected();
    const told = vi.fn();
    session.events.on('disconnected', told);
    const running = held(session.call('listSamples', {}, { timeoutMs: 1000 }));
    await arrived();
    session.destroy();
    await expect(running).rejects.toMatchObject({ code: 'embed/destroyed' });
    await expect(session.call('listSamples', {})).rejects.toMatchObject({ code: 'embed/destroyed' });
    await arrived();
    expect(frame.heard.at(-1)).toEqual({ type: 'bye' });
    expect(frame.removed).toBe(true);
    expect(host.listening).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(told).not.toHaveBeenCalled();
    session.setOptions({ visible: true });
    session.destroy();
    await arrived();
    expect(frame.heard.filter(({ type }) => type === 'bye')).toHaveLength(1);
  });

  test('calls that wait for the frame fail, too', async () => {
    const { session } = open();
    const waiting = held(session.call('listSamples', {}));
    session.destroy();
    await expect(waiting).rejects.toMatchObject({ code: 'embed/destroyed' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('two frames on one page have a talk each', async () => {
  const host = new FakeHost();
  const one = open({}, host);
  const two = open({ origin: 'https://other.example' }, host);
  await one.frame.welcome();
  two.frame.ready(undefined, 'https://other.example');
  two.frame.say({ type: 'welcome', version: 1, granted: [] });
  await arrived();
  expect([one.session.granted, two.session.granted]).toEqual([['process'], []]);
  expect(one.frame.greetings[0]?.origin).toBe(APP);
  const first = one.session.call('listSamples', {});
  const second = two.session.call('listSamples', {});
  two.frame.say({ type: 'result', id: 1, value: [] });
  one.frame.say({ type: 'error', id: 1, error: { code: 'storage/failed', message: 'mine' } });
  await expect(first).rejects.toMatchObject({ code: 'storage/failed' });
  expect(await second).toEqual([]);
  one.session.destroy();
  expect(host.listening).toBe(1);
});
