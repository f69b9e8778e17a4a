import { afterEach, describe, expect, it, vi } from 'vitest';
import { held, reached, sound, type Tab } from '$lib/pipeline/harness.testing';
import { TimbreError } from '$workers/contract';
import { HOST, openFrame, openPartition, type Frame } from '../harness.testing';

const open: Frame[] = [];
afterEach(() => open.splice(0).forEach(({ session }) => session.end()));

async function start(given: Parameters<typeof openFrame>[0] = {}): Promise<Frame & { tab: Tab }> {
  const frame = await openFrame(given);
  open.push(frame);
  await frame.allow(['process']);
  return { ...frame, tab: await frame.here.tabOf(given.origin ?? HOST) };
}

async function kept({ storage }: Tab): Promise<number> {
  const tables = ['messages', 'versions', 'audio', 'jobs'] as const;
  const ids = await Promise.all(tables.map((table) => storage.store.ids(table)));
  return ids.flat().length;
}

const HELLO = 'Hello there. How are you?';

describe('a message', () => {
  it('gives what the app itself gives, with progress, and nothing of it is kept', async () => {
    const { here, host, tab } = await start();
    const call = host.call('processAudioMessage', { audio: sound(HELLO), targetLanguages: ['fr', 'de'] });
    const result = await call;
    expect(await kept(tab)).toBe(0);

    const { messageId } = await here.engines.pipeline.submitAudio(sound(HELLO), {
      targetLanguages: ['fr', 'de']
    });
    await here.engines.pipeline.whenSettled(messageId);
    const { processingTimeMs: _, ...own } = await here.engines.pipeline.toResult(messageId);
    expect({ ...result, original: { ...result.original, audio: null } }).toMatchObject({
      ...own,
      original: { ...own.original, audio: null }
    });
    expect(await result.original.audio?.text()).toBe(HELLO);
    expect(await result.translations.fr?.audio.text()).toMatch(/^mp3:/);

    const progress = host.progressOf(call);
    expect(new Set(progress.map(({ stage }) => stage))).toEqual(
      new Set(['decode', 'transcribe', 'translate', 'voice', 'synthesize'])
    );
    const overall = progress.map((each) => each.overall);
    expect(overall).toEqual([...overall].sort((a, b) => a - b));
    expect(progress.some(({ partialText }) => partialText === 'Hel')).toBe(true);
  });

  it('goes to the languages that the person chose, where the host names none', async () => {
    const { host } = await start();
    const { translations } = await host.call('processAudioMessage', { audio: sound('Hi') });
    expect(Object.keys(translations)).toEqual(['fr', 'de', 'es']);
  });

  it('goes to the active members, each in their own language, and not to the sender', async () => {
    const { host } = await start();
    const members = [
      { id: 'me', systemLanguage: 'ko' },
      { id: 'a', systemLanguage: 'fr' },
      { id: 'b', systemLanguage: 'fr', customDestinationLanguage: 'it', useCustomDestination: true },
      { id: 'c', systemLanguage: 'fr', regionalLanguage: 'pt', translateToSystemLanguage: false, translateToRegionalLanguage: true }, // prettier-ignore
      { id: 'd', systemLanguage: 'ru', active: false },
      { id: 'e', systemLanguage: 'en' }
    ];
    const { translations } = await host.call('processAudioMessage', {
      audio: sound('Hi'),
      conversation: { members }
    });
    expect(Object.keys(translations)).toEqual(['fr', 'it', 'pt']);
  });

  it('goes to its own language where no other is left', async () => {
    const { host } = await start();
    const audio = sound('Hi');
    const alone = await host.call('processAudioMessage', {
      audio,
      conversation: { members: [{ id: 'a', systemLanguage: 'en' }] }
    });
    expect(Object.keys(alone.translations)).toEqual(['en']);
    const nobody = await host.call('processAudioMessage', { audio, conversation: { members: [] } });
    expect(Object.keys(nobody.translations)).toEqual(['en']);
  });

  it('uses a transcription that comes with it, in the person’s language where none is given', async () => {
    const { host, tab, here } = await start();
    await here.app.people.change('me', {
      languages: { ...(await here.app.people.get('me')).languages, systemLanguage: 'it' }
    });
    const { original } = await host.call('processAudioMessage', {
      audio: sound('what was said'),
      transcription: { text: 'Ciao' }
    });
    expect(original).toMatchObject({
      transcription: 'Ciao',
      language: 'it',
      confidence: 0.85,
      source: 'mobile'
    });
    expect(tab.count('transcribe')).toBe(0);
  });

  it('is given in the format that was asked for', async () => {
    const { host, tab } = await start();
    const { translations } = await host.call('processAudioMessage', {
      audio: sound('Hi'),
      targetLanguages: ['fr'],
      format: 'ogg'
    });
    expect(translations.fr?.format).toBe('ogg');
    expect(await translations.fr?.audio.text()).toMatch(/^ogg:.*AI fr/);
    tab.gates.encode = ({ text }) => {
      if (text?.startsWith('ogg')) throw new TimbreError('audio/encode-failed', 'no encoder');
    };
    const { translations: none, failures } = await host.call('processAudioMessage', {
      audio: sound('Hi'),
      targetLanguages: ['fr'],
      format: 'ogg'
    });
    expect(none).toEqual({});
    expect(failures.fr?.code).toBe('audio/encode-failed');
  });

  it('without words is a result, not an error', async () => {
    const { host } = await start();
    const { original, translations } = await host.call('processAudioMessage', { audio: sound('   ') });
    expect([original.transcription, translations]).toEqual(['', {}]);
  });

  it('that fails as a whole says why; a language that fails says so beside the others', async () => {
    const { host, tab } = await start();
    const bad = host.call('processAudioMessage', { audio: sound('bad file') });
    await expect(bad).rejects.toMatchObject({ code: 'audio/not-audio' });
    tab.gates.synthesize = ({ language }) => {
      if (language === 'de') throw new TimbreError('synthesize/failed', 'no voice');
    };
    const some = await host.call('processAudioMessage', {
      audio: sound('Hi'),
      targetLanguages: ['fr', 'de']
    });
    expect([Object.keys(some.translations), some.failures.de?.code]).toEqual([['fr'], 'synthesize/failed']);
    await expect(
      host.call('processAudioMessage', { audio: sound('Hi'), targetLanguages: ['de'] })
    ).rejects.toMatchObject({ code: 'synthesize/failed' });
    expect(await kept(tab)).toBe(0);
  });

  it('takes bytes as well as a file, and refuses none and too many', async () => {
    const { host, here } = await start();
    const bytes = await sound('Hi').arrayBuffer();
    expect((await host.call('processAudioMessage', { audio: bytes })).original.transcription).toBe('Hi');
    const empty = host.call('processAudioMessage', { audio: new Blob([]) });
    await expect(empty).rejects.toMatchObject({ code: 'audio/empty' });
    await here.main.settings.set({ audioMaxSizeMb: 1 });
    const big = host.call('processAudioMessage', { audio: new ArrayBuffer(1024 * 1024 + 1) });
    await expect(big).rejects.toMatchObject({ code: 'audio/too-large' });
  });

  it('of somebody whom nobody knows is refused', async () => {
    const { host } = await start();
    const call = host.call('processAudioMessage', { audio: sound('Hi'), senderId: 'stranger' });
    await expect(call).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  it('that is no longer waited for stops, without an answer, and nothing of it is kept', async () => {
    const { host, tab, until } = await start();
    const signals: (AbortSignal | undefined)[] = [];
    const speaking = reached(tab, 'synthesize', ({ signal }) => {
      signals.push(signal);
      return held({ signal });
    });
    const call = host.call('processAudioMessage', { audio: sound(HELLO) });
    await speaking;
    host.say({ type: 'cancel', id: call.id });
    await until(({ running }) => running === 0);
    await vi.waitFor(async () => expect(await kept(tab)).toBe(0));
    expect(signals[0]?.aborted).toBe(true);
    expect(
      host.messages.some((each) => 'id' in each && each.id === call.id && each.type !== 'progress')
    ).toBe(false);
  });

  it('of one host is in no table of another’s, nor of the person’s', async () => {
    const here = await openPartition();
    const one = await start({ here });
    const two = await start({ here, origin: 'https://other.example' });
    const speaking = reached(one.tab, 'synthesize');
    const call = one.host.call('processAudioMessage', { audio: sound('Secret') });
    await speaking;
    expect(await kept(one.tab)).toBeGreaterThan(0);
    expect([await kept(two.tab), await here.main.store.ids('messages')]).toEqual([0, []]);
    one.host.say({ type: 'cancel', id: call.id });
  });
});

describe('what the person recorded in the frame', () => {
  it('is given to the host when the person sends it, and is kept', async () => {
    const { session, host, tab } = await start();
    const app = await session.app();
    const pipeline = await app.pipeline();
    const { messageId } = await pipeline.submitAudio(sound('Hi'), { source: 'recorded' });
    await pipeline.whenSettled(messageId);
    await session.send(messageId);
    await vi.waitFor(() =>
      expect(host.events('message')).toMatchObject([{ original: { transcription: 'Hi' } }])
    );
    expect(await tab.storage.store.ids('messages')).toEqual([messageId]);
    await expect(session.send('none')).rejects.toMatchObject({ code: 'storage/not-found' });
  });
});

describe.each([
  ['audio', 'not sound'],
  ['audio', null],
  ['targetLanguages', 'fr'],
  ['targetLanguages', ['xx']],
  ['conversation', { members: [{ id: 'a' }] }],
  ['conversation', { members: [{ id: 'a', systemLanguage: 'fr', active: 'yes' }] }],
  ['senderId', ''],
  ['senderId', 7],
  ['transcription', { text: 7 }],
  ['transcription', 'Hello'],
  ['language', 'klingon'],
  ['format', 'flac']
])('%s: %j', (field, value) => {
  it('is invalid, and says where', async () => {
    const { host } = await start();
    const call = host.sayCall('processAudioMessage', { audio: sound('Hi'), [field]: value });
    await expect(call).rejects.toMatchObject({
      code: 'input/invalid',
      message: expect.stringContaining(field) as string
    });
  });
});
