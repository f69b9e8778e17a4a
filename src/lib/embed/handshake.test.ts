import { get } from 'svelte/store';
import { afterEach, describe, expect, it } from 'vitest';
import { frameSession, windowSession } from './connect';
import {
  depsOf,
  fakePage,
  hello,
  HOST,
  openPartition,
  TIMBRE,
  welcomed,
  type FakeHost
} from './harness.testing';
import { PROTOCOL_VERSIONS } from '$sdk/protocol';
import { newestCommon } from '$sdk/versions';
import { refusalOf } from './hosts';
import { readOptions } from './options';
import type { EmbedDeps } from './deps';
import type { EmbedSession } from './types';

const open: EmbedSession[] = [];
afterEach(() => open.splice(0).forEach((session) => session.end()));

async function start(change: Partial<EmbedDeps> = {}, connect = frameSession) {
  const here = await openPartition();
  const page = fakePage();
  const session = connect({ ...depsOf(here, page), ...change });
  open.push(session);
  return { here, page, session };
}

async function refused(host: FakeHost): Promise<string> {
  while (host.messages.length === 0) await new Promise((later) => setTimeout(later));
  const [first] = host.messages;
  return first?.type === 'refused' ? first.error.code : `${first?.type}`;
}

describe('ready', () => {
  it('is said to any parent until it answers, for ten seconds; then the frame goes on listening', async () => {
    const { page, session } = await start();
    for (let i = 0; i < 60; i++) page.tick();
    expect(page.said).toHaveLength(40);
    expect(page.said[0]).toEqual({ data: { timbre: 'ready', versions: { oldest: 1, newest: 1 } }, to: '*' });
    expect(get(session.state).phase).toBe('waiting');
    await welcomed(hello(page, HOST));
    expect(get(session.state)).toMatchObject({ phase: 'connected', host: HOST });
  });

  it('is no longer said after the answer', async () => {
    const { page } = await start();
    await welcomed(hello(page, HOST));
    page.tick();
    expect(page.said).toHaveLength(1);
  });

  it('is said to nobody where the page was opened by itself', async () => {
    const here = await openPartition();
    const page = fakePage(false);
    const session = frameSession(depsOf(here, page));
    expect(page.said).toEqual([]);
    expect(get(session.state).phase).toBe('alone');
  });
});

describe('the answer', () => {
  it('counts from the parent alone', async () => {
    const { page, session } = await start();
    hello(page, HOST, {}, { source: {} });
    page.receive({ data: 'hello', origin: HOST, source: page.other as MessageEventSource, ports: [] });
    expect(get(session.state).phase).toBe('waiting');
  });

  it('is welcomed with the newest common version and what is allowed already', async () => {
    const { here, page } = await start();
    await here.main.store.write(['hosts'], (unit) =>
      unit.put('hosts', { id: HOST, capabilities: ['process'], grantedAt: 1, lastUsedAt: 1 })
    );
    const host = hello(page, HOST, {}, { versions: { oldest: 1, newest: 7 } });
    await welcomed(host);
    expect(host.messages[0]).toEqual({ type: 'welcome', version: 1, granted: ['process'] });
  });

  it('names no host but the one that the browser names', async () => {
    const { page, session } = await start();
    await welcomed(hello(page, 'https://evil.example', {}, { host: HOST }));
    expect(get(session.state).host).toBe('https://evil.example');
  });

  it('is refused to a page without an origin', async () => {
    const { page, session } = await start();
    expect(await refused(hello(page, 'null'))).toBe('embed/origin');
    expect(get(session.state)).toMatchObject({ phase: 'refused', error: 'embed/origin', host: null });
  });

  it('is refused to hosts that this copy of Timbre is not for', async () => {
    const { page } = await start({ hosts: ['https://other.example'] });
    expect(await refused(hello(page, HOST))).toBe('embed/origin');
  });

  it('is refused where no version is common', async () => {
    const { page, session } = await start();
    expect(await refused(hello(page, HOST, {}, { versions: { oldest: 2, newest: 3 } }))).toBe(
      'embed/version'
    );
    expect(get(session.state)).toMatchObject({ phase: 'refused', error: 'embed/version' });
  });

  it('a second one begins anew, with what was allowed once', async () => {
    const { page, session } = await start();
    await welcomed(hello(page, HOST));
    session.ask(['process']);
    await session.answer({ allow: ['process'], remember: false });
    const again = hello(page, HOST);
    await welcomed(again);
    expect(again.messages[0]).toMatchObject({ type: 'welcome', granted: ['process'] });
  });
});

describe('the person’s own window', () => {
  it('talks with the app’s own pages alone, which say for whom', async () => {
    const { page, session } = await start({}, windowSession);
    expect(page.said[0]?.to).toBe(TIMBRE);
    hello(page, HOST, {}, { host: HOST });
    hello(page, TIMBRE);
    expect(get(session.state).phase).toBe('waiting');
    await welcomed(hello(page, TIMBRE, {}, { host: HOST }));
    expect(get(session.state)).toMatchObject({ phase: 'connected', host: HOST });
  });
});

it.each([
  ['https://a.example', [], true],
  ['https://a.example', ['https://a.example'], true],
  ['http://a.example', ['https://a.example'], false],
  ['https://a.example:8443', ['https://a.example'], false],
  ['https://x.a.example', ['https://*.a.example'], true],
  ['https://a.example', ['https://*.a.example'], false],
  ['https://nota.example', ['https://*.a.example'], false],
  ['http://x.a.example', ['https://*.a.example'], false],
  ['file://', [], false],
  ['null', [], false]
])('%s among %j: %s', (host, allowed, may) => {
  expect(refusalOf(host, allowed)?.code).toBe(may ? undefined : 'embed/origin');
});

it.each([
  [{ oldest: 1, newest: 1 }, 1],
  [{ oldest: 1, newest: 9 }, 1],
  [{ oldest: 0, newest: 0 }, null],
  [{ oldest: 2, newest: 9 }, null],
  [{ oldest: NaN, newest: NaN }, null]
])('of %j the newest common is %s', (versions, common) =>
  expect(newestCommon(PROTOCOL_VERSIONS, versions)).toBe(common)
);

it('options that can’t be are left out, the others stay', () => {
  expect(
    readOptions({
      locale: 'fr-CA',
      theme: 'pink',
      visible: true,
      targetLanguages: ['fr', 'xx', 'fr'],
      more: 1
    })
  ).toEqual({ locale: 'fr-CA', visible: true, targetLanguages: ['fr'] });
  expect(readOptions({ locale: '<script>', targetLanguages: 'fr' })).toEqual({});
  expect(readOptions(null)).toEqual({});
});
