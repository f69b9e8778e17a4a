import { expect, test } from 'vitest';
import { DeviceWatch, isGpuDevice, type GpuDeviceLike } from './deviceWatch';

/** A GPU that can be taken away, or run out of memory. */
function gpu() {
  let lose: (info: { reason: string; message: string }) => void = () => undefined;
  const hear: ((event: { error: { message: string } }) => void)[] = [];
  const device: GpuDeviceLike = {
    lost: new Promise((resolve) => (lose = resolve)),
    addEventListener: (_, listener) => void hear.push(listener)
  };
  return { device, lose: (reason: string) => lose({ reason, message: 'gone' }), hear };
}
const forever = () => new Promise<never>(() => undefined);

test('a device that is lost ends the run that waits for it, and every later one at once', async () => {
  const watch = new DeviceWatch();
  const { device, lose } = gpu();
  watch.watch(device);
  const running = watch.guard(forever);
  lose('unknown');
  const failed = { code: 'model/run-failed', message: 'the GPU was lost: gone' };
  await expect(running).rejects.toMatchObject(failed);
  await expect(watch.guard(async () => 1)).rejects.toMatchObject(failed);
});

test('so does an error that nobody caught, such as too little memory', async () => {
  const watch = new DeviceWatch();
  const { device, hear } = gpu();
  watch.watch(device);
  watch.watch(device);
  expect(hear).toHaveLength(1);
  const running = watch.guard(forever);
  hear[0]?.({ error: { message: 'Out of memory' } });
  await expect(running).rejects.toMatchObject({ message: 'the GPU failed: Out of memory' });
});

test('a device that the runtime ended itself is no failure; results and errors pass', async () => {
  const watch = new DeviceWatch();
  const { device, lose } = gpu();
  watch.watch(device);
  lose('destroyed');
  await device.lost;
  expect(await watch.guard(async () => 1)).toBe(1);
  await expect(watch.guard(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
});

test('what is no device is told from one', () => {
  expect(isGpuDevice(gpu().device)).toBe(true);
  for (const other of [undefined, null, 1, {}, { lost: 1, addEventListener: 2 }])
    expect(isGpuDevice(other)).toBe(false);
});
