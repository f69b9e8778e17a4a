import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APP, arrived, openPage, type FakePage } from './testing';
import { newestCommon } from './versions';

const pages: FakePage[] = [];
function open(...given: Parameters<typeof openPage>): FakePage {
  const page = openPage(...given);
  pages.push(page);
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

test('the frame is answered to its exact origin, with the options and a port; then calls are taken', async () => {
  const { frame, session } = open();
  const connected = session.connected();
  frame.ready();
  expect(frame.greetings).toMatchObject([
    {
      origin: APP,
      hello: { timbre: 'hello', versions: { oldest: 1, newest: 1 }, options: { locale: 'fr' } }
    }
  ]);
  frame.say({ type: 'welcome', version: 1, granted: ['process'] });
  await connected;
  expect(session.granted).toEqual(['process']);
  expect(session.place).toBe('frame');
});

test('what other windows and other origins say is not answered', async () => {
  const { host, frame, session } = open();
  const connected = session.connected();
  host.receive({ timbre: 'ready', versions: { oldest: 1, newest: 1 } }, APP, {});
  expect(frame.greetings).toEqual([]);
  frame.ready(undefined, 'https://timbre.example.evil');
  expect(frame.greetings).toEqual([]);
  await expect(connected).rejects.toMatchObject({ code: 'embed/origin' });
  await expect(session.call('listSamples', {})).rejects.toMatchObject({ code: 'embed/origin' });
});

test('a frame that came to the right origin after all is answered', async () => {
  const { frame, session } = open();
  frame.ready(undefined, 'null');
  const connected = session.connected();
  await frame.welcome();
  await connected;
});

test.each([
  null,
  'ready',
  { timbre: 'ready' },
  { timbre: 'hello', versions: { oldest: 1, newest: 1 } },
  { timbre: 'ready', versions: null },
  { timbre: 'ready', versions: { oldest: 1 } },
  { timbre: 'ready', versions: { oldest: 1, newest: '1' } }
])('%j is no ready', (data) => {
  const { host, frame } = open();
  if (frame.window) host.receive(data, APP, frame.window);
  expect(frame.greetings).toEqual([]);
});

test('a ready that was said twice is answered once; after that it is another load of the frame', async () => {
  const { frame } = open();
  await frame.welcome();
  frame.ready();
  expect(frame.greetings).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  frame.ready();
  expect(frame.greetings).toHaveLength(2);
});

test('a frame that went away is answered at once', async () => {
  const { frame } = open();
  await frame.welcome();
  frame.leave();
  await arrived();
  frame.ready();
  expect(frame.greetings).toHaveLength(2);
});

test('a frame that does not answer', async () => {
  const { session } = open({ connectMs: 5000 });
  const connected = session.connected();
  vi.advanceTimersByTime(4999);
  await arrived();
  vi.advanceTimersByTime(1);
  await expect(connected).rejects.toMatchObject({ code: 'embed/timeout' });
});

test('a frame that takes no calls from here says why', async () => {
  const { frame, session } = open();
  const connected = session.connected();
  frame.ready();
  frame.say({ type: 'refused', error: { code: 'embed/origin', message: 'not from there' } });
  await expect(connected).rejects.toMatchObject({ code: 'embed/origin', message: 'not from there' });
  await expect(session.call('listSamples', {})).rejects.toMatchObject({ code: 'embed/origin' });
});

describe('versions', () => {
  test.each([
    [{ oldest: 1, newest: 1 }, { oldest: 1, newest: 1 }, 1],
    [{ oldest: 1, newest: 1 }, { oldest: 1, newest: 2 }, 1],
    [{ oldest: 1, newest: 3 }, { oldest: 1, newest: 2 }, 2],
    [{ oldest: 2, newest: 3 }, { oldest: 1, newest: 2 }, 2],
    [{ oldest: 2, newest: 3 }, { oldest: 1, newest: 1 }, null],
    [{ oldest: 1, newest: 1 }, { oldest: 2, newest: 2 }, null]
  ])('%j and %j have %j', (ours, theirs, common) => {
    expect(newestCommon(ours, theirs)).toBe(common);
    expect(newestCommon(theirs, ours)).toBe(common);
  });

  test.each([
    ['an app one version newer', { oldest: 1, newest: 1 }, { oldest: 1, newest: 2 }, 1],
    ['an app one version older', { oldest: 1, newest: 2 }, { oldest: 1, newest: 1 }, 1]
  ])('%s is talked with', async (_, versions, theirs, version) => {
    const { frame, session } = open({ versions });
    const connected = session.connected();
    frame.ready(theirs);
    frame.say({ type: 'welcome', version, granted: [] });
    await connected;
  });

  test('none in common: the frame is told which these are, so that it can say so, too', async () => {
    const { frame, session } = open({ versions: { oldest: 2, newest: 3 } });
    const connected = session.connected();
    frame.ready();
    expect(frame.greetings[0]?.hello.versions).toEqual({ oldest: 2, newest: 3 });
    await expect(connected).rejects.toMatchObject({ code: 'embed/version' });
  });

  test('a welcome in a version that is none of ours is none', async () => {
    const { frame, session } = open();
    const connected = session.connected();
    frame.ready();
    frame.say({ type: 'welcome', version: 2, granted: [] });
    await expect(connected).rejects.toMatchObject({ code: 'embed/version' });
  });
});
