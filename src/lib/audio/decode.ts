import { proxy, type Remote } from 'comlink';
import { TimbreError, type ErrorCode, type OnProgress } from '../../../workers/contract';
import {
  MAX_AUDIO_BYTES,
  MAX_AUDIO_MS,
  sniff,
  SNIFF_BYTES,
  type DecodeApi,
  type DecodedAudio,
  type DecodeOutcome
} from '../../../workers/decode';
import { decodeWithBrowser } from './browser-decoder';
import { KeptWorker } from './keptWorker';
import { unwrap } from './outcome';
import type { Watchdog } from './watchdog';

export interface DecodeOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Gives up when nothing has moved for so long, in milliseconds. Default 20 s. */
  stallMs?: number;
  /** The longest sound to take, in milliseconds. Default `MAX_AUDIO_MS`. */
  maxMs?: number;
}

const STALL_MS = 20_000;
/** Of these the browser's decoder could not say anything better. */
const FINAL: readonly ErrorCode[] = ['audio/too-long', 'job/cancelled', 'job/timeout', 'worker/crashed'];
/** Fewer bytes hold no sound that a second decoder could find. */
const MIN_SECOND_BYTES = 1024;

const decoders = new KeptWorker<DecodeApi>(
  () =>
    new Worker(new URL('../../../workers/decode/decode.worker.ts', import.meta.url), {
      type: 'module',
      name: 'decode'
    }),
  'decoder'
);

/**
 * Turns a file into mono sound at 16 kHz, by its content and not by its name. The library does it in a
 * worker; where it cannot, the browser's own decoder does. The page is never blocked.
 *
 * @throws TimbreError `audio/empty`, `audio/too-large`, `audio/too-long`, `audio/not-audio`, `audio/unsupported`,
 * `audio/damaged`, `job/cancelled`, `job/timeout` (nothing moved for `stallMs`), `worker/crashed`.
 * A file that is cut off or broken in part gives the sound it has, and `warnings`.
 */
export async function decodeAudio(
  file: Blob | ArrayBuffer,
  options: DecodeOptions = {}
): Promise<DecodedAudio> {
  const { signal, maxMs = MAX_AUDIO_MS } = options;
  const size = file instanceof ArrayBuffer ? file.byteLength : file.size;
  if (size === 0) throw new TimbreError('audio/empty', 'The file has no bytes.');
  if (size > MAX_AUDIO_BYTES) throw new TimbreError('audio/too-large', `${size} bytes.`);
  const call = { stallMs: options.stallMs ?? STALL_MS, signal };
  return decoders.use(call, async (api, watchdog) => {
    const report = createReporter(options.onProgress, watchdog);
    const result = await watchdog.guard(api.decode(file, maxMs, proxy(report)));
    const good = result.error ? FINAL.includes(result.error.code) : result.value?.warnings.length === 0;
    if (good || size < MIN_SECOND_BYTES) return { value: unwrap(result), reusable: good };
    const blob = file instanceof ArrayBuffer ? new Blob([file]) : file;
    return { value: await secondOpinion(blob, result, api, watchdog, maxMs), reusable: false };
  });
}

/** Lets the browser try, and takes whichever got more. The first error stands when neither got anything. */
async function secondOpinion(
  blob: Blob,
  first: DecodeOutcome<DecodedAudio>,
  api: Remote<DecodeApi>,
  watchdog: Watchdog,
  maxMs: number
): Promise<DecodedAudio> {
  const head = new Uint8Array(
    await blob
      .slice(0, SNIFF_BYTES)
      .arrayBuffer()
      .catch(() => new ArrayBuffer(0))
  );
  const sniffed = sniff(head);
  if (sniffed.kind === 'other' || head.length === 0) return unwrap(first);
  try {
    const second = await decodeWithBrowser(blob, sniffed.container, head, api, watchdog, maxMs);
    if (!first.value)
      return first.error?.code === 'audio/damaged' ? { ...second, warnings: ['damaged'] } : second;
    // What was odd about the file stays true, whoever decoded it.
    return second.durationMs > first.value.durationMs
      ? { ...second, codec: first.value.codec, warnings: first.value.warnings }
      : first.value;
  } catch (cause) {
    // A second decoder that stands still must not cost the sound that the first one found.
    const fatal =
      cause instanceof TimbreError &&
      FINAL.includes(cause.code) &&
      !(first.value && cause.code === 'job/timeout');
    if (fatal) throw cause;
    return unwrap(first);
  }
}

/** Keeps the watchdog calm and the fraction rising. */
function createReporter(onProgress: OnProgress | undefined, watchdog: Watchdog): (fraction: number) => void {
  let highest = 0;
  return (fraction) => {
    watchdog.touch();
    highest = Math.max(highest, fraction);
    onProgress?.({ stage: 'decode', fraction: highest });
  };
}
