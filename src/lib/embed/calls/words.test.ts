import { afterEach, describe, expect, it, vi } from 'vitest';
import { held, reached, sound } from '$lib/pipeline/harness.testing';
import { TimbreError } from '$workers/contract';
import { openFrame, type Frame } from '../harness.testing';

const open: Frame[] = [];
afterEach(() => open.splice(0).forEach(({ session }) => session.end()));

async function start(): Promise<Frame> {
  const frame = await openFrame();
  open.push(frame);
  await frame.allow(['process']);
  return frame;
}

describe('transcribe', () => {
  it('gives words with their times', async () => {
    const { host } = await start();
    const call = host.call('transcribe', { audio: sound('Hello there') });
    expect(await call).toEqual({
      text: 'Hello there',
      language: 'en',
      languageGuesses: [{ language: 'en', probability: 0.9 }],
      confidence: 0.9,
      source: 'whisper',
      segments: [expect.objectContaining({ text: 'Hello there', startMs: 0, endMs: 200 })],
      durationMs: 11
    });
    expect(host.progressOf(call).at(-1)).toMatchObject({
      stage: 'transcribe',
      overall: 1,
      partialText: 'Hel'
    });
  });

  it('gives none where none are asked for, and doesn’t look for a language that is given', async () => {
    const { host } = await start();
    const call = host.call('transcribe', { audio: sound('Hi'), returnTimestamps: false, language: 'fr' });
    expect(await call).toMatchObject({ language: 'fr', languageGuesses: [], segments: [] });
  });

  it('silence is an empty text', async () => {
    const { here, host } = await start();
    expect(await host.call('transcribe', { audio: sound(' ') })).toMatchObject({ text: '', confidence: 0 });
    here.engines.gates.transcribe = () => {
      throw new TimbreError('speech/none-found', 'silence');
    };
    const call = host.call('transcribe', { audio: sound('…'), language: 'de' });
    expect(await call).toMatchObject({ text: '', language: 'de', segments: [], durationMs: 1 });
  });

  it('says what is wrong with a file', async () => {
    const { here, host } = await start();
    const bad = host.call('transcribe', { audio: sound('bad') });
    await expect(bad).rejects.toMatchObject({ code: 'audio/not-audio' });
    await expect(host.call('transcribe', { audio: new Blob([]) })).rejects.toMatchObject({
      code: 'audio/empty'
    });
    await here.main.settings.set({ audioSupportedFormats: ['mp3'] });
    await expect(host.call('transcribe', { audio: sound('Hi') })).rejects.toMatchObject({
      code: 'audio/switched-off'
    });
  });

  it('stops in the engine', async () => {
    const { here, host, until } = await start();
    const given: { signal?: AbortSignal | undefined } = {};
    const begun = reached(here.engines, 'transcribe', ({ signal }) => {
      given.signal = signal;
      return held({ signal });
    });
    const call = host.call('transcribe', { audio: sound('Hi') });
    await begun;
    host.say({ type: 'cancel', id: call.id });
    await until(({ running }) => running === 0);
    expect(given.signal?.aborted).toBe(true);
  });
});

describe('translate', () => {
  it('sentence by sentence in one batch, and keeps the lines', async () => {
    const { here, host } = await start();
    const text = 'One. Two?\n\n42\nOne.';
    const call = host.call('translate', { text, from: 'de', to: ['fr', 'it', 'de', 'fr'] });
    expect(await call).toEqual({
      fr: { text: 'fr<One.> fr<Two?>\n\n42\nfr<One.>', via: ['en'] },
      it: { text: 'it<One.> it<Two?>\n\n42\nit<One.>', via: ['en'] },
      de: { text, via: [] }
    });
    expect(here.engines.calls).toEqual([{ stage: 'translate', what: 'fr+it: One.|Two?' }]);
  });

  it('from the person’s own language where none is given', async () => {
    const { here, host } = await start();
    await here.app.people.change('me', {
      languages: { ...(await here.app.people.get('me')).languages, systemLanguage: 'de' }
    });
    expect((await host.call('translate', { text: 'Ja.', to: ['fr'] })).fr?.via).toEqual(['en']);
  });

  it('numbers need no engine', async () => {
    const { here, host } = await start();
    expect(await host.call('translate', { text: '42', from: 'en', to: ['fr'] })).toEqual({
      fr: { text: '42', via: [] }
    });
    expect(here.engines.calls).toEqual([]);
  });

  it('leaves out what isn’t reached; nothing reached is an error', async () => {
    const { here, host } = await start();
    const { translate } = here.engines.deps.engines;
    here.engines.deps.engines.translate = async (...args) => {
      const { ko: _, ...others } = await translate(...args);
      return others;
    };
    const some = await host.call('translate', { text: 'Hi.', from: 'en', to: ['fr', 'ko'] });
    expect(Object.keys(some)).toEqual(['fr']);
    const none = host.call('translate', { text: 'Hi.', from: 'en', to: ['ko'] });
    await expect(none).rejects.toMatchObject({ code: 'translate/no-path' });
  });
});

describe('synthesize', () => {
  it('speaks, tagged, in the usual format', async () => {
    const { host } = await start();
    const { audio, ...speech } = await host.call('synthesize', { text: ' Bonjour ', language: 'fr' });
    expect(speech).toEqual({
      language: 'fr',
      text: 'Bonjour',
      durationMs: 70,
      format: 'mp3',
      fidelity: 'stock',
      voiceQuality: 0,
      ttsModel: 'fake/fr'
    });
    expect(await audio.text()).toBe('mp3:70:AI fr stock');
  });

  it('in the format that was asked for; the usual one may be another where it can’t be written', async () => {
    const { here, host } = await start();
    here.engines.gates.encode = ({ text }) => {
      if (!text?.startsWith('wav')) throw new TimbreError('audio/encode-failed', 'none');
    };
    expect((await host.call('synthesize', { text: 'Hi', language: 'en' })).format).toBe('wav');
    const ogg = host.call('synthesize', { text: 'Hi', language: 'en', format: 'ogg' });
    await expect(ogg).rejects.toMatchObject({ code: 'audio/encode-failed' });
  });

  it('for nobody whom nobody knows', async () => {
    const { host } = await start();
    const call = host.call('synthesize', { text: 'Hi', language: 'en', userId: 'stranger' });
    await expect(call).rejects.toMatchObject({ code: 'storage/not-found' });
  });
});

describe.each([
  ['transcribe', { audio: 'no' }],
  ['transcribe', { audio: sound('a'), language: 'xx' }],
  ['transcribe', { audio: sound('a'), returnTimestamps: 'no' }],
  ['translate', { text: '', to: ['fr'] }],
  ['translate', { text: 'x'.repeat(100_001), to: ['fr'] }],
  ['translate', { text: 'a', to: [] }],
  ['translate', { text: 'a', to: 'fr' }],
  ['translate', { text: 'a', from: 1, to: ['fr'] }],
  ['synthesize', { text: '  ', language: 'fr' }],
  ['synthesize', { text: 'a' }],
  ['synthesize', { text: 'a', language: 'fr', userId: 1 }],
  ['synthesize', { text: 'a', language: 'fr', format: 'mp4' }],
  ['requestPermission', { capabilities: ['everything'] }],
  ['requestPermission', { capabilities: [] }],
  ['translate', null],
  ['translate', undefined]
])('%s(%j)', (method, args) => {
  it('is invalid', async () => {
    const { host } = await start();
    await expect(host.sayCall(method, args)).rejects.toMatchObject({ code: 'input/invalid' });
  });
});

it.each(['sendMoney', 'toString', '__proto__', 'constructor'])('%s is no call', async (method) => {
  const { host } = await start();
  await expect(host.sayCall(method, {})).rejects.toMatchObject({ code: 'embed/unknown-call' });
});

it('what is no message is passed over', async () => {
  const { host } = await start();
  const broken: unknown[] = [
    null,
    'call',
    7,
    { type: 'call' },
    { type: 'cancel', id: 99 },
    { type: 'dance', id: 1 }
  ];
  broken.forEach((message) => host.port.postMessage(message));
  expect(await host.call('translate', { text: '1', from: 'en', to: ['fr'] })).toBeDefined();
  expect(host.messages.filter(({ type }) => type === 'error')).toEqual([]);
});

it('options that change later are taken', async () => {
  const { host, state } = await start();
  host.say({ type: 'options', options: { theme: 'dark' } });
  await vi.waitFor(() => expect(state().options).toEqual({ theme: 'dark' }));
});

it('a host that says bye is gone, and so is its work', async () => {
  const { here, host, until } = await start();
  const begun = reached(here.engines, 'transcribe');
  void host.call('transcribe', { audio: sound('Hi') });
  await begun;
  host.say({ type: 'bye' });
  await until(({ phase, running, host: name }) => phase === 'waiting' && running === 0 && name === null);
});
