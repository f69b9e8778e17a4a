/** Hears when a worker's GPU gives up. The runtime itself does not always: a lost device can leave its run waiting for ever. */
import { TimbreError } from '../contract';

/** The part of a `GPUDevice` that is used; TypeScript's own library doesn't know WebGPU. */
export interface GpuDeviceLike {
  readonly lost: Promise<{ readonly reason?: string; readonly message: string }>;
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void
  ): void;
}

export class DeviceWatch {
  private failure: TimbreError | undefined;
  private readonly watched = new Set<GpuDeviceLike>();
  private readonly running = new Set<(error: TimbreError) => void>();

  /** Listens to a device for as long as the worker lives; a second time changes nothing. */
  watch(device: GpuDeviceLike): void {
    if (this.watched.has(device)) return;
    this.watched.add(device);
    void device.lost.then(({ reason, message }) => {
      // The runtime destroys a device itself once its last session is released.
      if (reason !== 'destroyed') this.fail(`the GPU was lost: ${message}`);
    });
    // Out of memory, or a command that it refused: what the run gives after that means nothing.
    device.addEventListener('uncapturederror', ({ error }) => this.fail(`the GPU failed: ${error.message}`));
  }

  /**
   * The work's result, unless the GPU fails before or meanwhile.
   * @throws TimbreError 'model/run-failed', or what the work throws.
   */
  guard<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.running.add(reject);
      work()
        .then(resolve, reject)
        .finally(() => this.running.delete(reject));
    });
  }

  private fail(message: string): void {
    this.failure ??= new TimbreError('model/run-failed', message);
    for (const reject of this.running) reject(this.failure);
  }
}

/** Of this worker: it has one GPU at most. */
export const deviceWatch = new DeviceWatch();

export function isGpuDevice(value: unknown): value is GpuDeviceLike {
  return (
    typeof value === 'object' &&
    value !== null &&
    'lost' in value &&
    value.lost instanceof Promise &&
    'addEventListener' in value &&
    typeof value.addEventListener === 'function'
  );
}
