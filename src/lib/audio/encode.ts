import { proxy, releaseProxy, transfer, wrap, type Remote } from 'comlink';
import { TimbreError, type Audio, type OnProgress, type VoiceFidelity } from '../../../workers/contract';
import type { AudioTags, EncodeApi, OutputAudioFormat } from '../../../workers/encode';
import { unwrap } from './outcome';
import { createWatchdog } from './watchdog';

export const AUDIO_MIME_TYPES: Record<OutputAudioFormat, string> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg'
};

export interface EncodeOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Gives up when nothing has moved for so long, in milliseconds. Default 30 s. */
  stallMs?: number;
}

const STALL_MS = 30_000;

/** Whose voice a speech is in, and how it can be told as a machine's. */
export interface SpokenAs {
  fidelity: VoiceFidelity;
  /** Whose voice was modelled; empty: the person whose device it is, who gave no name. */
  speaker: string;
  /** It carries AudioSeal's inaudible mark. */
  watermark?: boolean | undefined;
}

/** The note that every file of speech made by the app carries. Read by programs, so not translated. */
export function aiSpeechComment(language: string, { fidelity, speaker, watermark }: SpokenAs): string {
  const voice =
    fidelity === 'stock' ? 'in a stock voice' : `in the voice of ${speaker || 'the sender'} (${fidelity})`;
  const mark = watermark ? ', watermarked (AudioSeal)' : '';
  return `AI-generated speech (Timbre), language ${language}, ${voice}${mark}`;
}

/**
 * Writes sound into a tagged file: MP3 (64 kbit/s, ID3v2), WAV (16-bit PCM, RIFF INFO) or Ogg Opus
 * (40 kbit/s, Vorbis comments). Runs in a worker; `audio` stays as it was.
 *
 * @returns a blob with the format's MIME type (`AUDIO_MIME_TYPES`).
 * @throws TimbreError `audio/encode-failed` (no sound, or no encoder for it in this browser), `job/cancelled`,
 * `job/timeout`, `worker/crashed`.
 */
export async function encodeAudio(
  audio: Audio,
  format: OutputAudioFormat,
  tags: AudioTags = {},
  options: EncodeOptions = {}
): Promise<Blob> {
  const encoder = takeEncoder();
  const watchdog = createWatchdog(options.stallMs ?? STALL_MS, options.signal);
  const onError = (event: ErrorEvent) => {
    watchdog.fail(new TimbreError('worker/crashed', event.message || 'The encoder could not be started.'));
  };
  encoder.worker.addEventListener('error', onError);
  const report = (fraction: number) => {
    watchdog.touch();
    options.onProgress?.({ stage: 'encode', fraction });
  };
  let isSound = false;
  try {
    const samples = audio.samples.slice();
    const outcome = await watchdog.guard(
      encoder.api.encode(transfer(samples, [samples.buffer]), audio.sampleRateHz, format, tags, proxy(report))
    );
    isSound = outcome.error === null;
    return new Blob([unwrap(outcome)], { type: AUDIO_MIME_TYPES[format] });
  } finally {
    watchdog.stop();
    encoder.worker.removeEventListener('error', onError);
    if (isSound) keepEncoder(encoder);
    else endEncoder(encoder);
  }
}

interface Encoder {
  worker: Worker;
  api: Remote<EncodeApi>;
}

/** Starting an encoder costs more than a short speech does, and a message has several. */
const IDLE_MS = 10_000;
let idle: { encoder: Encoder; timer: ReturnType<typeof setTimeout> } | undefined;

function takeEncoder(): Encoder {
  if (idle) {
    const { encoder, timer } = idle;
    idle = undefined;
    clearTimeout(timer);
    return encoder;
  }
  const worker = new Worker(new URL('../../../workers/encode/encode.worker.ts', import.meta.url), {
    type: 'module',
    name: 'encode'
  });
  const encoder = { worker, api: wrap<EncodeApi>(worker) };
  worker.addEventListener('error', () => {
    if (idle?.encoder === encoder) forgetIdle();
  });
  return encoder;
}

/** One waits for the next file; more than one is not needed. */
function keepEncoder(encoder: Encoder): void {
  if (idle) endEncoder(encoder);
  else idle = { encoder, timer: setTimeout(forgetIdle, IDLE_MS) };
}

function forgetIdle(): void {
  if (!idle) return;
  const { encoder, timer } = idle;
  idle = undefined;
  clearTimeout(timer);
  endEncoder(encoder);
}

function endEncoder({ worker, api }: Encoder): void {
  api[releaseProxy]();
  worker.terminate();
}
