/**
 * What crosses the border between the page and a worker, and how. Both sides import this file.
 * It adds to Comlink: errors keep their code, audio is moved instead of cloned, and one callback
 * carries everything that a running call has to tell.
 */
import {
  releaseProxy,
  transfer,
  transferHandlers,
  type ProxyMarked,
  type ProxyMethods,
  type Remote,
  type TransferHandler
} from 'comlink';
import {
  ERROR_CODES,
  TimbreError,
  type Audio,
  type ErrorCode,
  type Progress,
  type WorkerConfig
} from './contract';

/** What a call tells while it runs. */
export type WorkerReport = { progress: Progress } | { partial: string };

/**
 * The last argument of every worker method. On the page it is a Comlink proxy of a function; in the
 * worker calling it sends a message and must not be awaited by the work.
 */
export type Report = ((report: WorkerReport) => void) & ProxyMarked;

/** What a worker exposes first; `start` gives the stage's methods. */
export interface WorkerEntry<Methods extends object> {
  start(config: WorkerConfig): Promise<Methods & ProxyMarked>;
}

/** The methods behind a worker module's exported entry, as the page sees them. */
export type RemoteMethods<Entry> =
  Entry extends WorkerEntry<infer Methods> ? Remote<Methods & ProxyMarked> : never;

/** A copy of the audio whose buffer moves with the message: the caller's own array stays usable, and a retry can send it again. */
export function sendAudio(audio: Audio): Audio {
  const samples = audio.samples.slice();
  return transfer({ samples, sampleRateHz: audio.sampleRateHz }, [samples.buffer]);
}

/** The same of several. */
export function sendAudios(audios: readonly Audio[]): Audio[] {
  const copies = audios.map(({ samples, sampleRateHz }) => ({ samples: samples.slice(), sampleRateHz }));
  return transfer(
    copies,
    copies.map(({ samples }) => samples.buffer)
  );
}

/** A result whose buffers move with it. `buffers` must not be used on this side afterwards. */
export function moved<T extends object>(value: T, buffers: ArrayBufferLike[]): T {
  return transfer(
    value,
    buffers.filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer)
  );
}

/**
 * Closes the message port that a callback of the other side holds on both; it can't be called any more. A function of
 * this side stays as it is. Asked of the callback itself: a Comlink proxy does not say `in` what it has.
 */
export function letGo(callback: (...args: never[]) => unknown): void {
  (callback as Partial<ProxyMethods>)[releaseProxy]?.();
}

/** Any thrown thing as an error with a code. */
export function asTimbreError(thrown: unknown, code: ErrorCode = 'unknown'): TimbreError {
  if (thrown instanceof TimbreError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new TimbreError(code, message, { cause: thrown });
}

const CODES: ReadonlySet<string> = new Set(ERROR_CODES);
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && CODES.has(value);
}

interface ThrownOnTheWire {
  code: ErrorCode;
  message: string;
  stack: string | undefined;
}

let installed = false;

/**
 * Comlink sends an error as name, message and stack and drops everything else, so its handler for
 * thrown values is replaced by one that keeps the code. Call it once on each side before any call.
 */
export function keepErrorCodes(): void {
  if (installed) return;
  const original = transferHandlers.get('throw');
  if (!original) throw new Error('this version of comlink has no handler for thrown values');
  const handler: TransferHandler<{ value: unknown }, ThrownOnTheWire> = {
    canHandle: (value): value is { value: unknown } => original.canHandle(value),
    serialize: ({ value }) => {
      const error = asTimbreError(value);
      return [{ code: error.code, message: error.message, stack: error.stack }, []];
    },
    deserialize: (wire) => {
      const error = new TimbreError(isErrorCode(wire.code) ? wire.code : 'unknown', wire.message);
      if (wire.stack) error.stack = wire.stack;
      throw error;
    }
  };
  transferHandlers.set('throw', handler as TransferHandler<unknown, unknown>);
  installed = true;
}
