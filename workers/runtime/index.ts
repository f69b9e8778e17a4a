/** The runtime: loading and running ONNX models in a worker. Nothing else imports onnxruntime-web. */
export { exposeWorker } from './host';
export {
  fetchBytes,
  fetchJson,
  fetchOptionalJson,
  mountLibrary,
  type OnBytes,
  type ReadStored
} from './fetchBytes';
export {
  createSession,
  loadSession,
  type Feeds,
  type Fetched,
  type LoadOptions,
  type Session
} from './session';
export { boolean, floatData, floats, integers } from './tensors';
export { compareSessions, relativeDifference, testDevice, type SelfTestVerdict } from './selfTest';
export { loadWeights, type WeightFile } from './weights';
