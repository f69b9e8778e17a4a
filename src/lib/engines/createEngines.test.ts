/** The bridge with workers of the tests' own: a device that fails, what is remembered of it, who is in memory. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Timer } from '../../../workers/clock';
import { TimbreError, type Device, type Progress, type WorkerConfig } from '../../../workers/contract';
import { exposeWorker } from '../../../workers/runtime/host';
import { markOf, setAsideIn } from '../models/setAside';
import type { InstalledModel } from './chooseModels';
import { createEngines } from './createEngines';
import type { DeviceView } from './deviceView';
import type { ModelShelf, Shelved } from './stageConfigs';
import type { DeviceDistrust } from './types';

const view = vi.hoisted(() => ({ now: undefined as DeviceView | undefined, asked: [] as unknown[] }));
vi.mock('./deviceView', () => ({
  deviceView: async (question: unknown) => {
    view.asked.push(question);
    return view.now;
  }
}));

const LAPTOP: DeviceView = {
  plan: { devices: ['webgpu', 'wasm'], threads: 2 },
  tier: 'laptop',
  gpu: 'trusted',
  memoryGb: 8,
  isolated: true
};
const PHONE: DeviceView = { ...LAPTOP, plan: { devices: ['wasm'], threads: 2 }, tier: 'phone', gpu: 'none' };

const WHISPER = { id: 'whisper-tiny', repo: 'onnx-community/whisper-tiny_timestamped', dtype: 'q4' };
const ECAPA = {
  id: 'wespeaker-ecapa-512',
  repo: 'Wespeaker/wespeaker-voxceleb-ecapa-tdnn512',
  dtype: 'fp32'
};
const OPENVOICE = { id: 'openvoice-v2', repo: 'seasonstudio/openvoice_tone_clone_onnx', dtype: 'fp32' };
const SIWIS = { id: 'piper-fr_FR-siwis-medium', repo: 'rhasspy/piper-voices', dtype: 'fp32' };
const LJSPEECH = { id: 'piper-en_US-ljspeech-medium', repo: 'rhasspy/piper-voices', dtype: 'fp32' };
const opus = (pair: string) => ({ id: `opus-mt-${pair}`, repo: `Xenova/opus-mt-${pair}`, dtype: 'q8' });
const AUDIO = { samples: new Float32Array(160), sampleRateHz: 16_000 };

type Work = (stage: string, config: WorkerConfig) => Promise<unknown>;
let work: Work;
/** Living workers' stages, in the order in which they started. */
let alive: FakeWorker[];
/** Of every call that began: stage, device. */
let ran: string[];
/** What the recogniser was given. */
let heard: string[];

class FakeWorker extends EventTarget {
  private readonly channel = new MessageChannel();
  readonly stage: string;

  constructor(url: URL) {
    super();
    this.stage = /workers\/(\w+)\/worker/.exec(url.href)?.[1] ?? '';
    const call = (config: WorkerConfig) => async () => {
      ran.push(`${this.stage} ${config.plan.devices[0] ?? ''}`);
      return work(this.stage, config);
    };
    exposeWorker(
      (config) => ({
        transcribe() {
          heard.push('audio');
          return call(config)();
        },
        warmUp() {
          heard.push('silence');
          return call(config)();
        },
        translate: call(config),
        embed: call(config),
        synthesize: call(config),
        enrolVoice: call(config)
      }),
      this.channel.port2
    );
    this.channel.port1.addEventListener('message', ({ data, ports }: MessageEvent) =>
      this.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }))
    );
    this.channel.port1.start();
    alive.push(this);
  }
  postMessage(message: unknown, transfer: Transferable[] = []) {
    this.channel.port1.postMessage(message, transfer);
  }
  terminate() {
    alive = alive.filter((other) => other !== this);
    this.channel.port1.close();
    this.channel.port2.close();
  }
}

class HandClock implements Timer {
  readonly timers = new Map<object, { ms: number; run: () => void }>();
  after(ms: number, run: () => void) {
    const key = {};
    this.timers.set(key, { ms, run });
    return () => void this.timers.delete(key);
  }
  elapse(ms: number) {
    for (const [key, timer] of this.timers)
      if (timer.ms <= ms) {
        this.timers.delete(key);
        timer.run();
      }
  }
}

/** What outlives a reload. */
interface Stored {
  marks: string[];
  models: string[];
}

function open(
  stored: Stored,
  {
    browser = 'Chrome/156',
    device = 'auto' as 'auto' | Device,
    installed = [WHISPER, ECAPA, OPENVOICE] as readonly InstalledModel[]
  } = {}
) {
  const clock = new HandClock();
  const told: DeviceDistrust[] = [];
  const library: ModelShelf = {
    async read(): Promise<Shelved> {
      return {
        wanted: { transcriber: 'auto', translator: 'auto', speakerEncoder: 'auto', voiceConverter: 'auto' },
        devices: {
          transcriber: device,
          translator: 'auto',
          speakerEncoder: 'auto',
          voiceConverter: 'auto'
        },
        installed,
        setAside: setAsideIn(stored.models, browser),
        distrusted: setAsideIn(stored.marks, browser)
      };
    },
    setAside: async (id) => void stored.models.push(markOf(id, browser)),
    distrust: async (keys) => void stored.marks.push(...keys.map((key) => markOf(key, browser)))
  };
  const engines = createEngines({ runtimeBase: '/runtime/', modelBase: '/models/', library, clock });
  engines.events.on('deviceDistrusted', (distrust) => told.push(distrust));
  return { engines, clock, told };
}
const nothing = (): Stored => ({ marks: [], models: [] });
const living = () => alive.map(({ stage }) => stage);

beforeEach(() => {
  vi.stubGlobal('Worker', FakeWorker);
  view.now = LAPTOP;
  view.asked = [];
  alive = [];
  ran = [];
  heard = [];
  work = async (_, config) => config.plan.devices[0];
});
afterEach(() => vi.unstubAllGlobals());

const KEY = 'hub/onnx-community/whisper-tiny_timestamped q4 webgpu';

test.each([
  ['lost in the middle of a job', 'model/run-failed', 'the GPU was lost: gone'],
  ['out of memory at load', 'model/load-failed', 'model could not be loaded on webgpu: out of memory'],
  ['wrong in the self-test', 'model/run-failed', 'model failed its self-test on webgpu: off by 0.4']
] as const)(
  'a device that is %s: the job is run again on the next, it is said once, and remembered for this version of the browser',
  async (_, code, message) => {
    const stored = nothing();
    work = async (_, { plan }) => {
      if (plan.devices[0] === 'webgpu') throw new TimbreError(code, message);
      return 'said';
    };
    const { engines, told } = open(stored);
    expect(await engines.transcribe(AUDIO)).toBe('said');
    expect(ran).toEqual(['transcribe webgpu', 'transcribe wasm']);
    expect(told).toMatchObject([
      {
        stage: 'transcribe',
        device: 'webgpu',
        models: [{ id: 'whisper-tiny', dtype: 'q4' }],
        reason: message
      }
    ]);
    expect(stored).toEqual({ marks: [`${KEY}@Chrome/156`], models: [] });

    // The worker that did it goes on; what failed is not tried again.
    const [worker] = alive;
    await engines.transcribe(AUDIO);
    expect(alive).toEqual([worker]);
    engines.release();

    ran = [];
    const reloaded = open(stored);
    await reloaded.engines.transcribe(AUDIO);
    expect(ran).toEqual(['transcribe wasm']);
    expect(reloaded.told).toEqual([]);
    reloaded.engines.release();

    ran = [];
    work = async () => 'said';
    const updated = open(stored, { browser: 'Chrome/157' });
    await updated.engines.transcribe(AUDIO);
    expect(ran).toEqual(['transcribe webgpu']);
    updated.engines.release();
  }
);

test('what fails on every device is not blamed on one; the model gives way', async () => {
  const stored = nothing();
  work = async (_, { models }) => {
    if (models?.transcriber?.startsWith('hub/')) throw new TimbreError('model/load-failed', 'broke off');
    return 'said';
  };
  const { engines, told } = open(stored);
  expect(await engines.transcribe(AUDIO)).toBe('said');
  expect(ran).toEqual(['transcribe webgpu', 'transcribe wasm', 'transcribe wasm']);
  expect(told).toEqual([]);
  expect(stored).toEqual({ marks: [], models: ['whisper-tiny@Chrome/156'] });
  engines.release();
});

test('an error in the file of a model that comes with the stage is not the fetched model’s', async () => {
  const stored = nothing();
  const failure = new TimbreError('model/load-failed', 'there is no /models/starter/vad/onnx/model.onnx');
  work = () => Promise.reject(failure);
  const { engines, told } = open(stored);
  await expect(engines.transcribe(AUDIO)).rejects.toMatchObject({ code: failure.code });
  work = async (_, { plan }) => {
    if (plan.devices[0] === 'webgpu') throw failure;
    return 'said';
  };
  engines.release();
  const again = open(stored);
  expect(await again.engines.transcribe(AUDIO)).toBe('said');
  expect([...told, ...again.told]).toEqual([]);
  expect(stored).toEqual(nothing());
  again.engines.release();
});

test('a translation that fails without a word of where sets aside the models on its way, and no others', async () => {
  const stored = nothing();
  work = async (_, { translators }) => {
    if (translators?.some(({ model }) => model.endsWith('opus-mt-en-fr')))
      throw new TimbreError('worker/crashed', 'gone');
    return 'said';
  };
  const installed = ['en-fr', 'de-en', 'en-ru', 'ru-en'].map(opus);
  const { engines } = open(stored, { installed });
  expect(await engines.translate(['Hallo'], 'de', ['fr'])).toBe('said');
  expect(stored.models).toEqual(['opus-mt-en-fr', 'opus-mt-de-en'].map((id) => `${id}@Chrome/156`));
  engines.release();
});

test('a memory that can not be written loses nothing of the work', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const stored = nothing();
  stored.marks.push = () => {
    throw new TimbreError('storage/full', 'full');
  };
  work = async (_, { plan }) => {
    if (plan.devices[0] === 'webgpu') throw new TimbreError('model/run-failed', 'lost');
    return 'said';
  };
  const { engines } = open(stored);
  expect(await engines.transcribe(AUDIO)).toBe('said');
  await vi.waitFor(() => expect(warn).toHaveBeenCalled());
  engines.release();
  warn.mockRestore();
});

test('a person’s choice for a stage asks for another view of the device', async () => {
  for (const device of ['wasm', 'webgpu', 'auto'] as const) {
    const { engines } = open(nothing(), { device });
    await engines.transcribe(AUDIO);
    engines.release();
  }
  expect(view.asked).toMatchObject([{ webgpu: 'never' }, { webgpu: 'force' }, { webgpu: 'auto' }]);
});

test('a GPU that failed the first test is remembered, and not tested again', async () => {
  const stored = nothing();
  view.now = { ...PHONE, gpu: 'distrusted' };
  for (let times = 0; times < 2; times++) {
    const { engines } = open(stored);
    await engines.transcribe(AUDIO);
    engines.release();
  }
  expect(view.asked).toMatchObject([{ distrusted: false }, { distrusted: true }]);
  expect(stored.marks).toEqual(['self-test any webgpu@Chrome/156']);
});

test('on the phone plan one fetched model is in memory at a time; elsewhere several may be', async () => {
  for (const [device, expected] of [
    [PHONE, ['voice']],
    [LAPTOP, ['transcribe', 'voice']]
  ] as const) {
    view.now = device;
    const { engines } = open(nothing());
    await engines.transcribe(AUDIO);
    expect(living()).toEqual(['transcribe']);
    await engines.embed(AUDIO);
    expect(living()).toEqual(expected);
    engines.release();
  }
});

test('on the phone plan a call waits until the other stage’s has ended, however it ends', async () => {
  view.now = PHONE;
  let end: (text: string) => void = () => undefined;
  work = (stage) =>
    stage === 'transcribe' ? new Promise((resolve) => (end = resolve)) : Promise.resolve(stage);
  const { engines } = open(nothing());

  const first = engines.transcribe(AUDIO);
  await vi.waitFor(() => expect(ran).toEqual(['transcribe wasm']));
  const second = engines.embed(AUDIO);
  const third = engines.embed(AUDIO, { signal: AbortSignal.timeout(1) });
  await expect(third).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(living()).toEqual(['transcribe']);
  end('said');
  await Promise.all([first, second]);
  expect(living()).toEqual(['voice']);

  const abort = new AbortController();
  const cancelled = engines.transcribe(AUDIO, { signal: abort.signal });
  await vi.waitFor(() => expect(ran.at(-1)).toBe('transcribe wasm'));
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(await engines.embed(AUDIO)).toBe('voice');
  engines.release();
});

test.each([
  ['phone', PHONE],
  ['laptop', LAPTOP]
] as const)(
  // prettier-ignore
  'on the %s plan a worker is let go after three idle minutes, and started again by the next call',
  async (_, device) => {
    view.now = device;
    const { engines, clock } = open(nothing());
    await engines.transcribe(AUDIO);
    clock.elapse(2 * 60_000);
    expect(living()).toEqual(['transcribe']);
    clock.elapse(3 * 60_000);
    expect(living()).toEqual([]);
    await engines.transcribe(AUDIO);
    expect(living()).toEqual(['transcribe']);
    engines.release();
  }
);

describe('speech', () => {
  const speaker = (engines: Record<string, unknown>) => ({
    profileId: 'me',
    centroid: new Float32Array(192),
    engines
  });
  const cloned = speaker({ openvoice: new Float32Array(256), matched: {} });

  test('in a fetched base voice takes its turn as other models do; eSpeak’s does not, nor does one fitted to a person', async () => {
    view.now = PHONE;
    const { engines } = open(nothing(), { installed: [WHISPER, SIWIS] });
    await engines.transcribe(AUDIO);
    await engines.synthesize('Hello', 'en');
    await engines.synthesize('Bonjour', 'fr', speaker({ matched: {} }));
    expect(living()).toEqual(['transcribe', 'synthesize']);
    await engines.synthesize('Bonjour', 'fr');
    expect(living()).toEqual(['synthesize']);
    engines.release();
  });

  test('that a fetched voice can’t give on any device is eSpeak’s; the voice is set aside and it is said', async () => {
    const stored = nothing();
    work = async (_, { baseVoices = [], plan }) => {
      const [voice] = baseVoices;
      if (voice) throw new TimbreError('model/run-failed', `/models/${voice.model}/onnx/model.onnx failed`);
      return `said on ${plan.devices[0] ?? ''}`;
    };
    const { engines } = open(stored, { installed: [OPENVOICE, SIWIS] });
    const aside: string[] = [];
    engines.events.on('modelSetAside', ({ stage, id }) => aside.push(`${stage} ${id}`));
    expect(await engines.synthesize('Bonjour', 'fr')).toBe('said on webgpu');
    expect(ran).toEqual(['synthesize webgpu', 'synthesize wasm', 'synthesize webgpu']);
    expect(aside).toEqual([`synthesize ${SIWIS.id}`]);
    expect(stored.models).toEqual([`${SIWIS.id}@Chrome/156`]);
    engines.release();
  });

  test('that fails without a word of where sets aside what the call used, and no other voice', async () => {
    const stored = nothing();
    work = async (_, { baseVoices = [] }) => {
      if (baseVoices.some(({ language }) => language === 'fr'))
        throw new TimbreError('worker/crashed', 'gone');
      return 'said';
    };
    const { engines } = open(stored, { installed: [OPENVOICE, SIWIS, LJSPEECH] });
    expect(await engines.synthesize('Bonjour', 'fr')).toBe('said');
    expect(stored.models).toEqual([`${SIWIS.id}@Chrome/156`]);

    // In a person's voice, what clones may have been it, too; the voice of another language not.
    work = async (_, { models }) => {
      if (models?.voiceConverter) throw new TimbreError('model/run-failed', 'out of memory');
      return 'said';
    };
    expect(await engines.synthesize('Hello', 'en', cloned)).toBe('said');
    expect(stored.models.slice(1)).toEqual([OPENVOICE.id, LJSPEECH.id].map((id) => `${id}@Chrome/156`));
    engines.release();
  });

  test('that can’t be marked is made without the mark, whatever voice it is in; a mark can be asked for before', async () => {
    const stored = nothing();
    const audioSeal = { id: 'audioseal', repo: 'DarumaHQ/audioseal-onnx', dtype: 'fp32' };
    work = async (_, { models }) => {
      if (models?.watermark)
        throw new TimbreError('model/load-failed', `/models/${models.watermark}/onnx/a.onnx`);
      return 'said';
    };
    const { engines } = open(stored, { installed: [SIWIS, audioSeal] });
    expect(await engines.canDetectWatermark()).toBe(true);
    expect(await engines.synthesize('Hello', 'en', speaker({ matched: {} }))).toBe('said');
    expect(stored.models).toEqual([`${audioSeal.id}@Chrome/156`]);
    expect(await engines.canDetectWatermark()).toBe(false);
    engines.release();
  });

  test('for which a fetched voice is not asked blames none', async () => {
    const stored = nothing();
    work = () => Promise.reject(new TimbreError('worker/crashed', 'gone'));
    const { engines } = open(stored, { installed: [SIWIS] });
    await expect(engines.synthesize('Hallo', 'de')).rejects.toMatchObject({ code: 'worker/crashed' });
    expect(stored.models).toEqual([]);
    engines.release();
  });

  test('in a base voice takes no turn on the phone plan, and leaves the others in memory', async () => {
    view.now = PHONE;
    const { engines } = open(nothing());
    await engines.transcribe(AUDIO);
    await engines.synthesize('Hello', 'en', speaker({ matched: {} }));
    expect(living()).toEqual(['transcribe', 'synthesize']);
    // The model that clones is as large as another.
    await engines.synthesize('Hello', 'en', cloned);
    expect(living()).toEqual(['synthesize']);
    engines.release();
  });

  test('that a cloning model can’t give is asked for again without it; one in a base voice blames no model', async () => {
    const stored = nothing();
    work = async (_, { models }) => {
      if (models?.voiceConverter) throw new TimbreError('model/run-failed', 'out of memory');
      return 'said';
    };
    const { engines } = open(stored);
    await expect(engines.synthesize('Hello', 'en')).rejects.toMatchObject({ code: 'model/run-failed' });
    expect(stored).toEqual({ marks: [], models: [] });
    expect(await engines.cloningEngine()).toBe('openvoice');
    expect(await engines.synthesize('Hello', 'en', cloned)).toBe('said');
    expect(stored).toEqual({ marks: [], models: ['openvoice-v2@Chrome/156'] });
    expect(await engines.cloningEngine()).toBeNull();
    engines.release();
  });

  test('a person’s clips are sent, and stay usable here', async () => {
    const { engines } = open(nothing());
    const clips = [AUDIO, { ...AUDIO, samples: new Float32Array(8) }];
    expect(await engines.enrolVoice(clips)).toBe('webgpu');
    expect(clips.map(({ samples }) => samples.length)).toEqual([160, 8]);
    engines.release();
  });
});

describe('warming up', () => {
  const SPEECH = { stage: 'transcribe' } as const;
  const TEXT = { stage: 'translate', from: 'en', to: ['ru'] } as const;
  const RUSSIAN = opus('en-ru');
  const VOICE = { stage: 'synthesize', language: 'ru' } as const;

  test('who speaks is told of a hum, since of silence it can’t be', async () => {
    const { engines } = open(nothing(), { installed: [] });
    await engines.warmUp([{ stage: 'voice' }]);
    expect(ran).toEqual(['voice wasm']);
    engines.release();
  });

  test('a voice is made ready where it is the only one; of fetched ones nobody knows yet which', async () => {
    const stock = open(nothing(), { installed: [] });
    await stock.engines.warmUp([VOICE]);
    expect(living()).toEqual(['synthesize']);
    stock.engines.release();
    const fetched = open(nothing(), { installed: [OPENVOICE] });
    await fetched.engines.warmUp([VOICE]);
    expect(living()).toEqual([]);
    fetched.engines.release();
  });

  test('loads and runs what is coming, so that the call itself finds it there', async () => {
    const { engines } = open(nothing(), { installed: [WHISPER, RUSSIAN] });
    const told: Progress[] = [];
    await engines.warmUp([SPEECH, TEXT], { onProgress: (progress) => told.push(progress) });
    expect(ran).toEqual(['transcribe webgpu', 'translate wasm']);
    expect(told).toEqual(['transcribe', 'translate'].map((stage) => ({ stage, fraction: 1 })));
    const [worker] = alive;
    await engines.transcribe(AUDIO);
    expect(alive[0]).toBe(worker);
    // A call would look for speech first, and go no further.
    expect(heard).toEqual(['silence', 'audio']);
    // What is loaded is warm.
    await engines.warmUp([SPEECH, TEXT]);
    expect(ran).toEqual(['transcribe webgpu', 'translate wasm', 'transcribe webgpu']);
    engines.release();
  });

  test('is let go like other work', async () => {
    const { engines, clock } = open(nothing());
    await engines.warmUp([SPEECH]);
    expect(living()).toEqual(['transcribe']);
    clock.elapse(3 * 60_000);
    expect(living()).toEqual([]);
    engines.release();
  });

  test('leaves real work alone, and is not begun beside it', async () => {
    let end: (said: string) => void = () => undefined;
    work = (stage) =>
      stage === 'voice' ? new Promise((resolve) => (end = resolve)) : Promise.resolve('said');
    const { engines } = open(nothing());
    const real = engines.embed(AUDIO);
    await vi.waitFor(() => expect(ran).toHaveLength(1));
    await engines.warmUp([SPEECH]);
    expect(ran).toEqual(['voice webgpu']);
    end('heard');
    expect(await real).toBe('heard');
    engines.release();
  });

  test('on the phone plan only what comes first: the next would push it out', async () => {
    view.now = PHONE;
    const { engines } = open(nothing(), { installed: [WHISPER, RUSSIAN] });
    await engines.warmUp([SPEECH, TEXT]);
    expect(living()).toEqual(['transcribe']);
    engines.release();
  });

  test('is given up at once when it is not wanted any more', async () => {
    const stop = new AbortController();
    work = () => new Promise(() => undefined);
    const { engines } = open(nothing());
    const ended = engines.warmUp([SPEECH, TEXT], { signal: stop.signal });
    await vi.waitFor(() => expect(ran).toHaveLength(1));
    stop.abort();
    await ended;
    expect(ran).toEqual(['transcribe webgpu']);
    expect(living()).toEqual([]);
    engines.release();
  });

  test('sets aside what does not work, which the call then need not find out; it says no more than that', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const stored = nothing();
    const aside: string[] = [];
    work = async (_, { models }) => {
      if (models?.transcriber?.startsWith('hub/')) throw new TimbreError('model/load-failed', 'broke off');
      return 'said';
    };
    const { engines } = open(stored);
    engines.events.on('modelSetAside', ({ id }) => aside.push(id));
    await engines.warmUp([SPEECH]);
    expect(aside).toEqual([WHISPER.id]);
    expect(stored.models).toEqual([`${WHISPER.id}@Chrome/156`]);
    expect(warn).not.toHaveBeenCalled();
    engines.release();

    // What nothing can do is left for the call to say.
    work = () => Promise.reject(new TimbreError('network/offline', 'no network'));
    const offline = open(stored);
    await offline.engines.warmUp([SPEECH]);
    expect(warn).toHaveBeenCalledOnce();
    await expect(offline.engines.transcribe(AUDIO)).rejects.toMatchObject({ code: 'network/offline' });
    offline.engines.release();
    warn.mockRestore();
  });
});

test('which languages could be translated is said without a worker', async () => {
  const { engines } = open(nothing(), { installed: [opus('en-ru')] });
  expect((await engines.translatedLanguages()).into).toContain('ru');
  expect((await engines.translatedLanguages()).from).not.toContain('ru');
  expect(alive).toEqual([]);
});
