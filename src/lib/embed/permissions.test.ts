import { afterEach, describe, expect, it, vi } from 'vitest';
import { held, reached, sound } from '$lib/pipeline/harness.testing';
import { grantsOver } from './grants';
import { HOST, openFrame, openPartition, type Frame } from './harness.testing';

const open: Frame[] = [];
afterEach(() => open.splice(0).forEach(({ session }) => session.end()));

async function start(given: Parameters<typeof openFrame>[0] = {}): Promise<Frame> {
  const frame = await openFrame(given);
  open.push(frame);
  return frame;
}

const NOT_ALLOWED = { code: 'embed/not-allowed' };
const HELLO = { text: 'Hello there.', from: 'en', to: ['fr'] } as const;

describe('asking', () => {
  it('a call opens the sheet and waits for the person', async () => {
    const { session, host, until, state } = await start();
    expect(state()).toMatchObject({ asked: null, granted: [] });
    const call = host.call('translate', HELLO);
    expect((await until(({ asked }) => asked !== null)).asked).toEqual(['process']);
    expect(state().running).toBe(1);
    await session.answer({ allow: ['process'], remember: false });
    expect(await call).toEqual({ fr: { text: 'fr<Hello there.>', via: [] } });
    expect(state()).toMatchObject({ asked: null, granted: ['process'], remembered: false, running: 0 });
    expect(host.events('permission')).toEqual([{ granted: ['process'] }]);
  });

  it('several calls ask once, for all that they need, and each gets its own answer', async () => {
    const { session, host, until } = await start();
    const [words, samples] = [host.call('translate', HELLO), host.call('listSamples', {})];
    await until(({ asked }) => asked?.length === 2);
    await session.answer({ allow: ['process'], remember: false });
    await expect(samples).rejects.toMatchObject(NOT_ALLOWED);
    await words;
  });

  it('a denial holds: no sheet opens any more, unless the person opens it', async () => {
    const { session, host, until, state } = await start();
    const first = host.call('translate', HELLO);
    await until(({ asked }) => asked !== null);
    await session.answer({ allow: [], remember: false });
    await expect(first).rejects.toMatchObject(NOT_ALLOWED);
    await expect(host.call('translate', HELLO)).rejects.toMatchObject(NOT_ALLOWED);
    await expect(host.call('requestPermission', { capabilities: ['process'] })).rejects.toMatchObject(
      NOT_ALLOWED
    );
    expect(state().asked).toBeNull();

    session.ask(['process']);
    expect(state().asked).toEqual(['process']);
    await session.answer({ allow: ['process'], remember: false });
    await host.call('translate', HELLO);
  });

  it('the sheet goes with the call that it was for', async () => {
    const { host, until } = await start();
    const call = host.call('translate', HELLO);
    await until(({ asked }) => asked !== null);
    host.say({ type: 'cancel', id: call.id });
    await until(({ asked, running }) => asked === null && running === 0);
  });

  it('requestPermission says what was allowed of it', async () => {
    const { session, host, until } = await start();
    const call = host.call('requestPermission', { capabilities: ['process', 'voice'] });
    await until(({ asked }) => asked?.length === 2);
    await session.answer({ allow: ['process'], remember: false });
    expect(await call).toEqual(['process']);
  });

  it('bad input asks nobody', async () => {
    const { host, state } = await start();
    await expect(host.sayCall('translate', { text: 1 })).rejects.toMatchObject({ code: 'input/invalid' });
    expect(state().asked).toBeNull();
  });
});

describe('once and always', () => {
  it('once is for as long as the page lives', async () => {
    const { here, allow, session } = await start();
    await allow(['process']);
    session.end();
    expect((await start({ here })).state().granted).toEqual([]);
  });

  it('always is kept, for this host alone', async () => {
    const { here, allow, state } = await start();
    await allow(['process', 'voice'], true);
    expect(state().remembered).toBe(true);
    expect((await start({ here })).state()).toMatchObject({
      granted: ['process', 'voice'],
      remembered: true
    });
    expect((await start({ here, origin: 'https://other.example' })).state().granted).toEqual([]);
  });

  it('what is allowed later comes on top', async () => {
    const { here, allow } = await start();
    await allow(['process'], true);
    await allow(['voice'], true);
    expect((await here.main.store.get('hosts', HOST))?.capabilities).toEqual(['process', 'voice']);
  });

  it('refused for good: it is never asked again by itself', async () => {
    const { here, session } = await start();
    session.ask(['process']);
    await session.answer({ allow: [], remember: true });
    const later = await start({ here });
    await expect(later.host.call('translate', HELLO)).rejects.toMatchObject(NOT_ALLOWED);
    expect(later.state().asked).toBeNull();
    await later.allow(['process'], true);
    await later.host.call('translate', HELLO);
  });

  it('a use is noted once a visit', async () => {
    const { here, allow, host } = await start();
    await allow(['process'], true);
    const before = (await here.main.store.get('hosts', HOST))?.lastUsedAt ?? 0;
    await host.call('translate', HELLO);
    expect((await here.main.store.get('hosts', HOST))?.lastUsedAt).toBeGreaterThan(before);
  });

  it('where nothing can be stored it is allowed once, and that is said', async () => {
    const closed = new Error('SecurityError');
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const here = await openPartition();
    const { app } = here;
    let opened = 0;
    const openApp = () => (++opened > 2 ? Promise.resolve(app) : Promise.reject(closed));
    const { session, state } = await start({ here, deps: { openApp } });
    session.ask(['process']);
    await expect(session.answer({ allow: ['process'], remember: true })).rejects.toBe(closed);
    expect(state()).toMatchObject({ granted: ['process'], remembered: false });
    vi.restoreAllMocks();
  });
});

describe('taking back', () => {
  /** A message in the middle of its transcription. */
  async function working(frame: Frame, gate = held) {
    const tab = await frame.here.tabOf(HOST);
    const transcribing = reached(tab, 'transcribe', gate);
    const call = frame.host.call('processAudioMessage', { audio: sound('Hello there.') });
    await transcribing;
    return { tab, call };
  }

  async function expectNothingKept(frame: Frame): Promise<void> {
    const tab = await frame.here.tabOf(HOST);
    await vi.waitFor(async () => {
      for (const table of ['messages', 'versions', 'audio', 'jobs'] as const)
        expect(await tab.storage.store.ids(table)).toEqual([]);
    });
  }

  it('ends what runs, at once; nothing of it is kept', async () => {
    const frame = await start();
    await frame.allow(['process', 'samples']);
    const { call } = await working(frame);
    await frame.session.revoke(['process']);
    await expect(call).rejects.toMatchObject(NOT_ALLOWED);
    expect(frame.state()).toMatchObject({ granted: ['samples'], asked: null });
    await expectNothingKept(frame);
    await expect(frame.host.call('translate', HELLO)).rejects.toMatchObject(NOT_ALLOWED);
    expect(frame.state().asked).toBeNull();
  });

  it('reaches the frame from the settings of another tab', async () => {
    const frame = await start();
    await frame.allow(['process'], true);
    const { call } = await working(frame);
    const elsewhere = await frame.here.main.again();
    await grantsOver(elsewhere, () => Promise.resolve()).revoke(HOST);
    await expect(call).rejects.toMatchObject(NOT_ALLOWED);
    expect(frame.state().granted).toEqual([]);
    await vi.waitFor(() => expect(frame.host.events('permission').at(-1)).toEqual({ granted: [] }));
  });

  it('a call that broke off because the tables were taken away is not allowed, and not broken', async () => {
    const frame = await start();
    await frame.allow(['process'], true);
    let fail = () => {};
    const { call } = await working(
      frame,
      () => new Promise((_, reject) => (fail = () => reject(new Error('closed'))))
    );
    // The row goes without a word, as it does where another tab's word comes late.
    await frame.here.main.db.hosts.clear();
    fail();
    await expect(call).rejects.toMatchObject(NOT_ALLOWED);
  });

  it('the voice ends what speaks in it, and leaves the rest', async () => {
    const frame = await start();
    await frame.allow(['process', 'voice'], true);
    const { call } = await working(frame);
    const hearing = reached(frame.here.engines, 'transcribe', () => new Promise((go) => setTimeout(go, 20)));
    const words = frame.host.call('transcribe', { audio: sound('Only words') });
    await hearing;
    await frame.session.revoke(['voice']);
    await expect(call).rejects.toMatchObject(NOT_ALLOWED);
    expect((await words).text).toBe('Only words');
    expect(frame.state().granted).toEqual(['process']);
  });

  it('all of it takes what was kept for the host, too', async () => {
    const frame = await start();
    await frame.allow(['process'], true);
    await frame.host.call('translate', HELLO);
    await frame.session.revoke();
    expect(frame.here.deleted).toEqual([HOST]);
    expect(await frame.here.main.store.ids('hosts')).toEqual([]);
    await expect(frame.session.app()).rejects.toMatchObject(NOT_ALLOWED);
  });

  it('holds as a denial does: the end of the row, of which it is told later, makes nobody ask again', async () => {
    const frame = await start();
    await frame.allow(['process'], true);
    await frame.host.call('translate', HELLO);
    const toldOfRows = () => new Promise((later) => setTimeout(later, 20));
    await toldOfRows();
    await frame.session.revoke();
    await toldOfRows();
    await expect(frame.host.call('translate', HELLO)).rejects.toMatchObject(NOT_ALLOWED);
    expect(frame.state().asked).toBeNull();
  });
});

it('the settings see every host, and take back one capability or all', async () => {
  const here = await openPartition();
  for (const origin of [HOST, 'https://other.example'])
    await (await start({ here, origin })).allow(['process', 'voice'], true);
  const forgotten: string[] = [];
  const grants = grantsOver(here.main, (host) => Promise.resolve(void forgotten.push(host)));
  await grants.revoke(HOST, ['voice']);
  expect(forgotten).toEqual([]);
  await grants.revoke('https://other.example');
  expect(forgotten).toEqual(['https://other.example']);
  const rows = await new Promise((resolve) => {
    const stop = grants.all.subscribe((all) => {
      if (all) queueMicrotask(() => (stop(), resolve(all)));
    });
  });
  expect(rows).toMatchObject([{ id: HOST, capabilities: ['process'] }]);
});
