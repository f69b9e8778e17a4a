/** The engine bridge by itself on a bare page, with the fixture models at full precision. */
import { createEngines, type DeviceChange, type WebGpuUse } from '../../src/lib/engines';
import type { Audio, DevicePlan, Stage } from '../../workers/contract';

export interface DeviceRun {
  /** Undefined: no worker was started. */
  plan: DevicePlan | undefined;
  changes: DeviceChange[];
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

/** @param runtime the folder of the runtime's files: `runtime`, or one that fails as a test wants. */
async function run(stage: Stage, webgpu: WebGpuUse, runtime = 'runtime'): Promise<DeviceRun> {
  const engines = createEngines({
    runtimeBase: `${location.origin}/${runtime}/`,
    modelBase: `${location.origin}/models/`,
    models: { transcriber: 'full/whisper', translator: 'full/nllb', speakerEncoder: 'full/ecapa' },
    webgpu,
    // A software adapter on a busy machine takes its time, and it is correctness that is asked for.
    selfTestLimitMs: 300_000
  });
  let plan: DevicePlan | undefined;
  const changes: DeviceChange[] = [];
  engines.events.on('planChosen', (chosen) => (plan = chosen.plan));
  engines.events.on('deviceChanged', (change) => changes.push(change));
  try {
    if (stage === 'voice') {
      const embedding = await engines.embed(sound(2));
      return { plan, changes, said: Array.from(embedding) };
    }
    // Random weights come to an end early with this one; an error would be as good an answer, only later.
    const said = await engines.translate(['Go!'], 'en', ['ru']).catch((error: unknown) => String(error));
    return { plan, changes, said };
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
