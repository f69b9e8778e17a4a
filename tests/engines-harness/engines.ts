/** The engine bridge by itself on a bare page, with the fixture models at full precision. */
import {
  createEngines,
  type DeviceChange,
  type Engines,
  type ModelShelf,
  type WebGpuUse
} from '../../src/lib/engines';
import { CHATTERBOX, OPENVOICE, POCKET, type Audio, type DevicePlan } from '../../workers/contract';
import type { Decoded } from './decode';

/** A stage's work, or what `synthesize` does beside OpenVoice. */
export type Work =
  'voice' | 'translate' | 'synthesize' | 'base voice' | 'chatterbox' | 'pocket' | 'watermark';

export interface RunOptions {
  /** The folder of the runtime's files: `runtime`, or one that fails as a test wants. */
  runtime?: string;
  /** The folder of the models: `full`, or one that is wrong as a test wants. */
  models?: string;
  /** What another run heard of a voice, to speak in that; left out: in what this one hears. */
  voice?: number[];
}

export interface DeviceRun {
  /** Undefined: no worker was started. */
  plan: DevicePlan | undefined;
  changes: DeviceChange[];
  /** Folders of models that a device failed with, as the app tells the person. */
  blamed: string[];
  /** What came out, with audio as plain numbers. */
  said: unknown;
}

/** Not speech, but the same each time, and with something in every band. */
function sound(seconds: number): Audio {
  const sampleRateHz = 16_000;
  const samples = Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => {
    const t = i / sampleRateHz;
    return 0.3 * Math.sin(2 * Math.PI * (120 + 400 * t) * t) + 0.2 * Math.sin(2 * Math.PI * 1300 * t * t);
  });
  return { samples, sampleRateHz };
}

/** What failed on a device is remembered over reloads, as the app's settings do it; without the browser's version. */
function shelf(work: Work, models: string, webgpu: WebGpuUse): ModelShelf {
  const choice = ({ auto: 'auto', force: 'webgpu', never: 'wasm' } as const)[webgpu];
  const distrusted = () => JSON.parse(localStorage.getItem('distrusted') ?? '[]') as string[];
  const cloning = work === 'chatterbox' || work === 'pocket' ? work : 'openvoice';
  return {
    read: async () => ({
      wanted: {
        transcriber: `${models}/whisper`,
        translator: `${models}/nllb`,
        speakerEncoder: `${models}/ecapa`,
        voiceConverter: `${models}/${cloning}`
      },
      devices: { transcriber: choice, translator: choice, speakerEncoder: choice, voiceConverter: choice },
      installed: [],
      setAside: [],
      distrusted: distrusted()
    }),
    setAside: async () => undefined,
    distrust: async (keys) => localStorage.setItem('distrusted', JSON.stringify([...distrusted(), ...keys]))
  };
}

const loudest = ({ samples }: Audio) => samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);

/** "Go!" in a voice that an engine knows by itself, with all that it heard and says. */
async function inVoice(engines: Engines, engine: string, given: number[] | undefined): Promise<unknown> {
  const heard = await engines.enrolVoice([sound(2)]);
  const known = given ? Float32Array.from(given) : heard;
  const voice = { profileId: 'me', centroid: new Float32Array(192), engines: { [engine]: known } };
  const { audio, fidelity, model } = await engines.synthesize('Go!', 'en', voice);
  const said = { fidelity, model, loudest: loudest(audio), samples: Array.from(audio.samples) };
  return { ...said, voice: Array.from(heard) };
}

const WORK: Record<Work, (engines: Engines, voice?: number[]) => Promise<unknown>> = {
  voice: async (engines) => Array.from(await engines.embed(sound(2))),
  // Random weights come to an end early with this one; an error would be as good an answer, only later.
  translate: (engines) => engines.translate(['Go!'], 'en', ['ru']).catch((error: unknown) => String(error)),
  synthesize: (engines, voice) => inVoice(engines, OPENVOICE, voice),
  chatterbox: (engines, voice) => inVoice(engines, CHATTERBOX, voice),
  pocket: (engines, voice) => inVoice(engines, POCKET, voice),
  async 'base voice'(engines) {
    const { audio, fidelity, model, words } = await engines.synthesize('Go on!', 'fr');
    return {
      fidelity,
      model,
      samples: audio.samples.length,
      loudest: loudest(audio),
      words: words.length
    };
  },
  async watermark(engines) {
    const { audio, watermark } = await engines.synthesize('Go on, the train is there!', 'en');
    const samples = Array.from(audio.samples);
    return { watermark, samples, found: await engines.detectWatermark(audio) };
  }
};

async function run(
  work: Work,
  webgpu: WebGpuUse,
  { runtime = 'runtime', models = 'full', voice }: RunOptions = {}
): Promise<DeviceRun> {
  const engines = createEngines({
    runtimeBase: `${location.origin}/${runtime}/`,
    modelBase: `${location.origin}/models/`,
    library: shelf(work, models, webgpu),
    ...(work === 'watermark' ? { models: { watermark: `${models}/audioseal` } } : {}),
    baseVoices: [{ language: 'fr', model: `${models}/piper`, name: 'timbre-random' }],
    // A software adapter on a busy machine takes its time, and it is correctness that is asked for.
    selfTestLimitMs: 300_000
  });
  let plan: DevicePlan | undefined;
  const changes: DeviceChange[] = [];
  const blamed: string[] = [];
  engines.events.on('planChosen', (chosen) => (plan = chosen.plan));
  engines.events.on('deviceChanged', (change) => changes.push(change));
  engines.events.on('deviceDistrusted', (told) =>
    blamed.push(...told.models.map(({ folder }) => `${folder} on ${told.device}`))
  );
  try {
    const said = await WORK[work](engines, voice);
    return { plan, changes, blamed, said };
  } finally {
    engines.release();
  }
}

/** Loaded only when it is asked for: it brings the runtime to the page. */
async function decode(keep: boolean): Promise<Decoded> {
  return (await import('./decode')).decode(keep);
}

const harness = { run, decode };
declare global {
  interface Window {
    timbreEngines: typeof harness;
  }
}
window.timbreEngines = harness;
