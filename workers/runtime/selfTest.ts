import type { Device, WorkerConfig } from '../contract';
import { SELF_TEST_GRAPH } from './self-test-graph';
import { createSession, type Feeds, type Fetched, type Session } from './session';
import { floatData, floats, integers } from './tensors';

export interface SelfTestVerdict {
  agrees: boolean;
  /** Largest difference relative to the reference's largest magnitude; Infinity when a device failed. */
  difference: number;
}

/** WebGPU against WASM was measured at 2e-6 on sound drivers; broken ones are wrong in the first digit. */
export const SELF_TEST_TOLERANCE = 1e-3;

/** Largest |a−b| over the largest |b|. Not-a-number anywhere is Infinity. */
export function relativeDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? NaN;
    const y = b[i] ?? NaN;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Infinity;
    difference = Math.max(difference, Math.abs(x - y));
    magnitude = Math.max(magnitude, Math.abs(y));
  }
  return difference === 0 ? 0 : difference / Math.max(magnitude, Number.MIN_VALUE);
}

/**
 * Whether two sessions of one model give the same outputs for the same inputs. The hook for a model's own
 * self-test: the same file on WebGPU and on WASM.
 */
export async function compareSessions(
  tested: Session,
  reference: Session,
  feeds: () => Feeds,
  outputs: readonly string[],
  tolerance = SELF_TEST_TOLERANCE
): Promise<SelfTestVerdict> {
  const a: Fetched = await tested.run(feeds(), outputs);
  const b: Fetched = await reference.run(feeds(), outputs);
  let difference = 0;
  for (const name of outputs) {
    difference = Math.max(difference, relativeDifference(floatData(a[name], name), floatData(b[name], name)));
  }
  return { agrees: difference <= tolerance, difference };
}

/** Runs the built-in graph on a device and on WASM. @throws TimbreError 'model/…' when the device cannot run it at all. */
export async function testDevice(config: WorkerConfig, device: Device): Promise<SelfTestVerdict> {
  const bytes = Uint8Array.from(atob(SELF_TEST_GRAPH), (c) => c.charCodeAt(0));
  const tested = await createSession(bytes, config, { device, name: 'self-test' });
  const reference = await createSession(bytes, config, { device: 'wasm', name: 'self-test' });
  const x = Float32Array.from({ length: 8 * 24 }, (_, i) => Math.sin(i * 1.7) + Math.cos(i * 0.31));
  const feeds = () => ({
    x: floats(x, [1, 8, 24]),
    ids: integers(
      Array.from({ length: 24 }, (_, i) => 23 - i),
      [24]
    )
  });
  try {
    return await compareSessions(tested, reference, feeds, ['y']);
  } finally {
    await Promise.all([tested.release(), reference.release()]);
  }
}
