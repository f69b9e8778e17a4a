/** A worker that lives only to find out whether the first device of the plan computes what WASM computes. */
import { exposeWorker } from './host';
import { testDevice } from './selfTest';

export const entry = exposeWorker((config) => ({
  selfTest: () => testDevice(config, config.plan.devices[0] ?? 'wasm')
}));
