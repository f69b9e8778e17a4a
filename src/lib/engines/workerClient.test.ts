import { expect, test, vi } from 'vitest';
import type { Timer } from '../../../workers/clock';
import {
  TimbreError,
  type Audio,
  type Device,
  type Progress,
  type WorkerConfig
} from '../../../workers/contract';
import { exposeWorker } from '../../../workers/runtime/host';
import { moved, sendAudio, type Report, type WorkerEntry } from '../../../workers/wire';
import type { DeviceChange } from './types';
import { WorkerClient, type WorkerLike } from './workerClient';

/** What the tests' worker can do; each test gives the behaviour. */
type Behaviour = (device: Device, text: string, report: Report) => Promise<string>;

function makeEntry(behaviour: Behaviour) {
  return (config: WorkerConfig) => ({
    say: (text: string, report: Report) => behaviour(config.plan.devices[0] ?? 'wasm', text, report),
    double: async (audio: Audio, _report: Report) => {
      const samples = audio.samples.map((x) => 2 * x);
      return moved({ samples, sampleRateHz: audio.sampleRateHz }, [samples.buffer]);
    }
  });
}
type Entry = WorkerEntry<ReturnType<ReturnType<typeof makeEntry>>>;

class FakeWorker extends EventTarget implements WorkerLike {
  private readonly channel = new MessageChannel();
  terminated = false;

  constructor(behaviour: Behaviour) {
    super();
    exposeWorker(makeEntry(behaviour), this.channel.port2);
    this.channel.port1.addEventListener('message', (event) => {
      if (this.terminated) return;
      this.dispatchEvent(new MessageEvent('message', { data: event.data, ports: [...event.ports] }));
    });
    this.channel.port1.start();
  }
  postMessage(message: unknown, transfer: Transferable[] = []) {
    this.channel.port1.postMessage(message, transfer);
  }
  terminate() {
    this.terminated = true;
    this.channel.port1.close();
    this.channel.port2.close();
  }
  crash(message: string) {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

/** A clock that moves only when told to. */
class HandClock implements Timer {
  private timers: { ms: number; run: () => void }[] = [];
  after(ms: number, run: () => void) {
    const timer = { ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  get waiting() {
    return this.timers.map((timer) => timer.ms);
  }
  elapse() {
    const due = this.timers;
    this.timers = [];
    for (const timer of due) timer.run();
  }
}

interface Change {
  /** Asked before each call. */
  modelBase?: () => string;
  fallBack?: (error: TimbreError) => Promise<boolean>;
}

function setUp(behaviour: Behaviour, devices: Device[] = ['wasm'], change: Change = {}) {
  const workers: FakeWorker[] = [];
  const changes: DeviceChange[] = [];
  const clock = new HandClock();
  const client = new WorkerClient<Entry>({
    stage: 'translate',
    createWorker: () => {
      const worker = new FakeWorker(behaviour);
      workers.push(worker);
      return worker;
    },
    config: async () => ({
      plan: { devices, threads: 1 },
      runtimeBase: '/',
      modelBase: change.modelBase?.() ?? '/'
    }),
    ...(change.fallBack ? { fallBack: change.fallBack } : {}),
    idleReleaseMs: 5000,
    clock,
    onDeviceChanged: (change) => changes.push(change)
  });
  const say = (text: string, options = {}) =>
    client.call((worker, report) => worker.say(text, report), options);
  return { client, workers, changes, clock, say };
}

const never = () => new Promise<never>(() => undefined);

test('calls run one after another in one worker', async () => {
  let running = 0;
  let most = 0;
  const { say, workers } = setUp(async (_, text) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return text.toUpperCase();
  });
  expect(await Promise.all(['a', 'b', 'c'].map((text) => say(text)))).toEqual(['A', 'B', 'C']);
  expect(most).toBe(1);
  expect(workers).toHaveLength(1);
});

test('no worker starts before the first call', () => {
  expect(setUp(async () => '').workers).toHaveLength(0);
});

test('aborting the running call terminates the worker, rejects at once and leaves the next call a new worker', async () => {
  const started = vi.fn();
  const { say, workers } = setUp((_, text) => {
    started();
    return text === 'forever' ? never() : Promise.resolve(text);
  });
  const abort = new AbortController();
  const running = say('forever', { signal: abort.signal });
  const waiting = say('next');
  await vi.waitFor(() => expect(started).toHaveBeenCalled());
  abort.abort();
  await expect(running).rejects.toMatchObject({ name: 'TimbreError', code: 'job/cancelled' });
  expect(workers[0]?.terminated).toBe(true);
  expect(await waiting).toBe('next');
  expect(workers).toHaveLength(2);
});

test('aborting a waiting call leaves the running one alone', async () => {
  let finish: (text: string) => void = () => undefined;
  const started = vi.fn();
  const { say, workers } = setUp(() => {
    started();
    return new Promise((resolve) => (finish = resolve));
  });
  const abort = new AbortController();
  const running = say('one');
  const waiting = say('two', { signal: abort.signal });
  await vi.waitFor(() => expect(started).toHaveBeenCalledTimes(1));
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'job/cancelled' });
  finish('done');
  expect(await running).toBe('done');
  expect(workers).toHaveLength(1);
  expect(workers[0]?.terminated).toBe(false);
});

test('an aborted signal never starts a worker; a call cancelled while the plan is made starts none either', async () => {
  const { say, workers } = setUp(async (_, text) => text);
  await expect(say('a', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'job/cancelled' });
  const abort = new AbortController();
  const early = say('b', { signal: abort.signal });
  abort.abort();
  await expect(early).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(workers).toHaveLength(0);
  expect(await say('c')).toBe('c');
});

test('an idle worker is terminated after its time, and a call in between stops the timer', async () => {
  const { say, workers, clock } = setUp(async (_, text) => text);
  await say('a');
  expect(clock.waiting).toEqual([5000]);
  const again = say('b');
  expect(clock.waiting).toEqual([]);
  await again;
  clock.elapse();
  expect(workers[0]?.terminated).toBe(true);
  expect(await say('c')).toBe('c');
  expect(workers).toHaveLength(2);
});

test('a runtime failure runs the call once more on the next device, says so, and stays there', async () => {
  const devices: Device[] = [];
  const { say, workers, changes } = setUp(
    async (device, text) => {
      devices.push(device);
      if (device === 'webgpu') throw new TimbreError('model/run-failed', 'the device was lost');
      return text;
    },
    ['webgpu', 'wasm']
  );
  expect(await say('a')).toBe('a');
  expect(changes).toEqual([
    { stage: 'translate', from: 'webgpu', to: 'wasm', reason: 'the device was lost' }
  ]);
  expect(workers.map((worker) => worker.terminated)).toEqual([true, false]);
  expect(await say('b')).toBe('b');
  expect(devices).toEqual(['webgpu', 'wasm', 'wasm']);
  expect(changes).toHaveLength(1);
});

test('when the last device fails, too, the error has its code and the next call gets a new worker', async () => {
  let failing = true;
  const { say, workers } = setUp(
    async (_, text) => {
      if (failing) throw new TimbreError('model/load-failed', 'no memory');
      return text;
    },
    ['webgpu', 'wasm']
  );
  await expect(say('a')).rejects.toMatchObject({
    name: 'TimbreError',
    code: 'model/load-failed',
    message: 'no memory'
  });
  failing = false;
  expect(await say('b')).toBe('b');
  expect(workers).toHaveLength(3);
});

test('an error about the input keeps its code and the worker', async () => {
  const { say, workers, changes } = setUp(async () => {
    throw new TimbreError('language/unsupported', 'tlh');
  }, ['webgpu', 'wasm']);
  await expect(say('a')).rejects.toMatchObject({ code: 'language/unsupported', message: 'tlh' });
  expect(workers[0]?.terminated).toBe(false);
  expect(changes).toEqual([]);
});

test('a thrown thing without a code arrives as unknown', async () => {
  const { say } = setUp(async () => {
    throw new TypeError('oops');
  });
  await expect(say('a')).rejects.toMatchObject({ name: 'TimbreError', code: 'unknown', message: 'oops' });
});

test('a crash of the worker rejects the call that runs', async () => {
  const started = vi.fn();
  const { say, workers } = setUp((_, text) => {
    started();
    return text === 'a' ? never() : Promise.resolve(text);
  });
  const running = say('a');
  await vi.waitFor(() => expect(started).toHaveBeenCalled());
  workers[0]?.crash('out of memory');
  await expect(running).rejects.toMatchObject({ code: 'worker/crashed', message: 'out of memory' });
  expect(await say('b')).toBe('b');
});

test('a crash between two calls is not heard by the next, which gets a new worker', async () => {
  const { say, workers } = setUp(async (_, text) => text);
  await say('a');
  workers[0]?.crash('gone');
  expect(await say('b')).toBe('b');
  expect(workers).toHaveLength(2);
});

test('audio goes and comes back as moved buffers; the sender keeps its own', async () => {
  const { client } = setUp(async () => '');
  const audio = { samples: Float32Array.of(0.25, -0.5), sampleRateHz: 16000 };
  const doubled = await client.call((worker, report) => worker.double(sendAudio(audio), report));
  expect([...doubled.samples]).toEqual([0.5, -1]);
  expect([...audio.samples]).toEqual([0.25, -0.5]);
});

test('progress never goes back, for each language on its own, ends at 1, and is silent after the end', async () => {
  let keep: Report | undefined;
  const seen: Progress[] = [];
  const partial: string[] = [];
  const { say } = setUp(async (_, text, report) => {
    keep = report;
    for (const fraction of [0.2, 0.6, 0.4]) {
      const told = seen.length;
      report({ progress: { stage: 'translate', fraction } });
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(told), { timeout: 20_000 });
    }
    report({ progress: { stage: 'translate', language: 'fr', fraction: 0.1 } });
    report({ partial: 'so far' });
    // The reports arrive before the result; this is the last of them.
    await vi.waitFor(() => expect(partial).not.toEqual([]), { timeout: 20_000 });
    return text;
  });
  await say('a', {
    onProgress: (p: Progress) => seen.push(p),
    onPartial: (text: string) => partial.push(text)
  });
  expect(keep).toBeDefined();
  expect(partial).toEqual(['so far']);
  expect(seen.filter((p) => !p.language).map((p) => p.fraction)).toEqual([0.2, 0.6, 0.6, 1]);
  expect(seen.filter((p) => p.language).map((p) => p.fraction)).toEqual([0.1]);
  const told = seen.length;
  keep?.({ progress: { stage: 'translate', fraction: 0.9 } });
  await new Promise((resolve) => setTimeout(resolve));
  expect(seen).toHaveLength(told);
});

test('of progress that comes faster than anyone can look only some is told, the newest and the end among it', async () => {
  const seen: number[] = [];
  const steps = 1000;
  const { say } = setUp(async (_, text, report) => {
    for (let step = 0; step < steps; step++)
      report({ progress: { stage: 'translate', fraction: step / steps } });
    await vi.waitFor(() => expect(seen).toContain((steps - 1) / steps), { timeout: 20_000 });
    return text;
  });
  await say('a', { onProgress: ({ fraction }: Progress) => seen.push(fraction) });
  expect(seen.length).toBeLessThan(steps / 10);
  expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
});

test('release ends everything: running and waiting calls are cancelled', async () => {
  const started = vi.fn();
  const { client, say, workers, clock } = setUp(() => {
    started();
    return never();
  });
  const calls = [say('a'), say('b')];
  await vi.waitFor(() => expect(started).toHaveBeenCalled());
  client.release();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'job/cancelled' });
  expect(workers.map((worker) => worker.terminated)).toEqual([true]);
  expect(clock.waiting).toEqual([]);
});

test('a change of what workers are told holds from the next call on', async () => {
  let modelBase = '/a/';
  const { say, workers } = setUp(async (_, text) => text, ['wasm'], { modelBase: () => modelBase });
  await say('a');
  await say('b');
  expect(workers).toHaveLength(1);
  modelBase = '/b/';
  await say('c');
  expect(workers.map((worker) => worker.terminated)).toEqual([true, false]);
});

test('when no device is left, another model may take over, once, and is tried on every device', async () => {
  let base = '/hub/';
  const asked: string[] = [];
  const ran: Device[] = [];
  const { say, changes } = setUp(
    async (device, text) => {
      ran.push(device);
      if (base === '/hub/' || text === 'bad') throw new TimbreError('model/load-failed', 'no memory');
      return text;
    },
    ['webgpu', 'wasm'],
    {
      modelBase: () => base,
      fallBack: async ({ message }) => {
        asked.push(message);
        base = '/starter/';
        return asked.length === 1;
      }
    }
  );
  expect(await say('a')).toBe('a');
  expect(ran).toEqual(['webgpu', 'wasm', 'webgpu']);
  expect(changes).toHaveLength(1);
  await expect(say('bad')).rejects.toMatchObject({ code: 'model/load-failed' });
  expect(asked).toHaveLength(2);
});

test('an idle worker can be released; one at work goes on', async () => {
  let done: (text: string) => void = () => undefined;
  const started = vi.fn();
  const { client, say, workers } = setUp(() => {
    started();
    return new Promise((resolve) => (done = resolve));
  });
  const going = say('a');
  await vi.waitFor(() => expect(started).toHaveBeenCalled());
  client.releaseIdle();
  done('a');
  expect(await going).toBe('a');
  expect(workers[0]?.terminated).toBe(false);
  client.releaseIdle();
  expect(workers[0]?.terminated).toBe(true);
});
