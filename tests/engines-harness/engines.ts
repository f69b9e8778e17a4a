/** The engine bridge by itself on a bare page, with the fixture models at full precision. */
import { createEngines, type DeviceChange, type ModelShelf, type WebGpuUse } from '../../src/lib/engines';
import type { Audio, DevicePlan, Stage } from '../../workers/contract';

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
function shelf(models: string, webgpu: WebGpuUse): ModelShelf {
  const choice = ({ auto: 'auto', force: 'webgpu', never: 'wasm' } as const)[webgpu];
  const distrusted = () => JSON.parse(localStorage.getItem('distrusted') ?? '[]') as string[];
  return {
    read: async () => ({
      wanted: {
        transcriber: `${models}/whisper`,
        translator: `${models}/nllb`,
        speakerEncoder: `${models}/ecapa`,
        voiceConverter: `${models}/openvoice`
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

/**
 * @param runtime the folder of the runtime's files: `runtime`, or one that fails as a test wants.
 * @param models the folder of the models: `full`, or one that is wrong as a test wants.
 */
async function run(
  stage: Stage | 'base voice',
  webgpu: WebGpuUse,
  runtime = 'runtime',
  models = 'full'
): Promise<DeviceRun> {
  const engines = createEngines({
    runtimeBase: `${location.origin}/${runtime}/`,
    modelBase: `${location.origin}/models/`,
    library: shelf(models, webgpu),
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
    if (stage === 'voice') {
      const embedding = await engines.embed(sound(2));
      return { plan, changes, blamed, said: Array.from(embedding) };
    }
    if (stage === 'base voice') {
      const { audio, fidelity, model, words } = await engines.synthesize('Go on!', 'fr');
      const loudest = audio.samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const said = { fidelity, model, samples: audio.samples.length, loudest, words: words.length };
      return { plan, changes, blamed, said };
    }
    if (stage === 'synthesize') {
      const tone = await engines.enrolVoice([sound(2)]);
      const voice = { profileId: 'me', centroid: new Float32Array(192), engines: { openvoice: tone } };
      const { audio, fidelity, model } = await engines.synthesize('Go!', 'en', voice);
      const loudest = audio.samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const said = { tone: Array.from(tone), fidelity, model, samples: audio.samples.length, loudest };
      return { plan, changes, blamed, said };
    }
    // Random weights come to an end early with this one; an error would be as good an answer, only later.
    const said = await engines.translate(['Go!'], 'en', ['ru']).catch((error: unknown) => String(error));
    return { plan, changes, blamed, said };
  } finally {
    engines.release();
  }
}

const harness = { run };
declare global {
  interface Window {
    timbreEngines: typeof harness;
  }
}
window.timbreEngines = harness;
