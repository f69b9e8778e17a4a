import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTimbre, type Surroundings } from './open';
import { PROTOCOL_VERSIONS, type Calls } from './protocol';
import { APP, arrived, FakeFrame, FakeHost } from './testing';
import type { Timbre, TimbreOptions } from './types';

let host: FakeHost;
let frame: FakeFrame;
let settings: unknown;
vi.mock('./frame', () => ({
  createFrame(_container: Element, given: unknown) {
    settings = given;
    return frame;
  }
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  host = new FakeHost();
  frame = new FakeFrame(host);
});
afterEach(() => {
  for (const { port } of frame.greetings) port.close();
  vi.useRealTimers();
});

const container = {} as Element;
function open(given: Partial<TimbreOptions> = {}): Promise<Timbre> {
  const document = {
    baseURI: 'https://host.example/',
    querySelector(selector: string) {
      if (selector === '#') throw new DOMException('no selector', 'SyntaxError');
      return selector === '#here' ? container : null;
    }
  } as Surroundings['window']['document'];
  const surroundings = {
    window: Object.assign(host, { document }),
    script: `${APP}/embed/timbre.js`,
    versions: PROTOCOL_VERSIONS
  };
  const opening = openTimbre({ container, ...given }, surroundings);
  opening.catch(() => undefined);
  return opening;
}
async function opened(given: Partial<TimbreOptions> = {}): Promise<Timbre> {
  const opening = open(given);
  await frame.welcome();
  return opening;
}

describe('opening', () => {
  test('resolves with what the frame allows already', async () => {
    const timbre = await opened({ locale: 'de', visible: true, targetLanguages: ['fr'], title: 'Voices' });
    expect(settings).toEqual({ href: `${APP}/embed`, title: 'Voices', visible: true });
    expect(frame.greetings[0]?.hello.options).toEqual({
      locale: 'de',
      visible: true,
      targetLanguages: ['fr']
    });
    expect(timbre.granted).toEqual(['process']);
    expect(timbre.place).toBe('frame');
    timbre.destroy();
    expect(frame.removed).toBe(true);
  });

  test('asks for what is to be asked for at once; that it is refused is no failure', async () => {
    const timbre = await opened({ capabilities: ['process', 'voice'] });
    await arrived();
    expect(frame.calls).toMatchObject([
      { method: 'requestPermission', args: { capabilities: ['process', 'voice'] } }
    ]);
    frame.say({ type: 'error', id: 1, error: { code: 'embed/not-allowed', message: 'no' } });
    await arrived();
    timbre.destroy();
  });

  test('fails in time, and nothing is left', async () => {
    const opening = open({ timeoutMs: 700 });
    vi.advanceTimersByTime(700);
    await expect(opening).rejects.toMatchObject({ code: 'embed/timeout' });
    expect(frame.removed).toBe(true);
    expect(host.listening).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has 20 s if nothing is said', async () => {
    const opening = open();
    const over = vi.fn();
    opening.catch(over);
    vi.advanceTimersByTime(19_999);
    await arrived();
    expect(over).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await expect(opening).rejects.toMatchObject({ code: 'embed/timeout' });
  });

  test.each(['#nowhere', '#', null as unknown as Element])('%s is no container', async (given) => {
    await expect(open({ container: given })).rejects.toMatchObject({ code: 'input/invalid' });
    expect(host.listening).toBe(0);
  });

  test('takes a selector', async () => {
    (await opened({ container: '#here' })).destroy();
  });
});

type Sent = { [M in keyof Calls]: [method: M, args: Calls[M]['args'], make: (timbre: Timbre) => unknown] };
const audio = new Blob(['sound']);
const signal = new AbortController().signal;
const onProgress = () => undefined;
const rows: Sent = {
  requestPermission: [
    'requestPermission',
    { capabilities: ['voice'] },
    (timbre) => timbre.requestPermission(['voice'], { signal })
  ],
  processAudioMessage: [
    'processAudioMessage',
    { audio, targetLanguages: ['fr'], format: 'ogg', transcription: { text: 'Hi.' } },
    (timbre) =>
      timbre.processAudioMessage(audio, {
        targetLanguages: ['fr'],
        format: 'ogg',
        transcription: { text: 'Hi.' },
        onProgress,
        signal,
        timeoutMs: 1000
      })
  ],
  transcribe: [
    'transcribe',
    { audio, returnTimestamps: true },
    (timbre) => timbre.transcribe(audio, { returnTimestamps: true, onProgress })
  ],
  translate: [
    'translate',
    { text: 'Hi.', from: 'en', to: ['fr'] },
    (timbre) => timbre.translate('Hi.', { from: 'en', to: ['fr'], signal })
  ],
  synthesize: [
    'synthesize',
    { text: 'Hi.', language: 'en' },
    (timbre) => timbre.synthesize('Hi.', { language: 'en' })
  ],
  uploadSample: [
    'uploadSample',
    { audio, phraseText: 'The sea.' },
    (timbre) => timbre.uploadSample(audio, { phraseText: 'The sea.', timeoutMs: 500 })
  ],
  listSamples: ['listSamples', {}, (timbre) => timbre.listSamples()],
  getSample: ['getSample', { id: 'a' }, (timbre) => timbre.getSample('a')],
  deleteSample: ['deleteSample', { id: 'a' }, (timbre) => timbre.deleteSample('a')],
  startTraining: ['startTraining', {}, (timbre) => timbre.startTraining()],
  getTrainingStatus: [
    'getTrainingStatus',
    { sessionId: 'b' },
    (timbre) => timbre.getTrainingStatus('b', { signal })
  ],
  getVoiceModel: ['getVoiceModel', { userId: 'me' }, (timbre) => timbre.getVoiceModel('me')],
  recalibrateVoiceModel: [
    'recalibrateVoiceModel',
    {},
    (timbre) => timbre.recalibrateVoiceModel(undefined, { signal })
  ],
  deleteVoiceModel: ['deleteVoiceModel', { userId: 'c' }, (timbre) => timbre.deleteVoiceModel('c')]
};

test.each(Object.values(rows))('%s sends what it was given, and nothing else', async (method, args, make) => {
  const timbre = await opened();
  const call = Promise.resolve(make(timbre));
  await arrived();
  const [sent, ...more] = frame.calls;
  expect(more).toEqual([]);
  expect(sent).toStrictEqual({ type: 'call', id: 1, method, args });
  frame.say({ type: 'result', id: 1, value: null });
  expect((await call) ?? null).toBeNull();
  timbre.destroy();
  await expect(Promise.resolve(make(timbre))).rejects.toMatchObject({ code: 'embed/destroyed' });
});
