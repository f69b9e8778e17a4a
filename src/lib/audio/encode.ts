import { proxy, transfer } from 'comlink';
import type { Audio, OnProgress, VoiceFidelity } from '../../../workers/contract';
import type { AudioTags, EncodeApi, OutputAudioFormat, Preference } from '../../../workers/encode';
import { KeptWorker } from './keptWorker';
import { unwrap } from './outcome';

export const AUDIO_MIME_TYPES: Record<OutputAudioFormat, string> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg'
};

/** A file that is still to be given a name or a place. Not a Blob: making one is a message to another process, reading it is two. */
export interface EncodedFile {
  bytes: ArrayBuffer;
  /** One of `AUDIO_MIME_TYPES`. */
  mimeType: string;
  format: OutputAudioFormat;
}

export interface EncodeOptions {
  signal?: AbortSignal;
  onProgress?: OnProgress;
  /** Written where this browser can't write the format that is asked for. */
  orElse?: OutputAudioFormat;
  /**
   * The samples' memory goes to the encoder, which saves a copy of as much: `audio` is empty from the call on, and so is
   * whatever shares its buffer. Default false.
   */
  handOver?: boolean;
  /** Gives up when nothing has moved for so long, in milliseconds. Default 30 s. */
  stallMs?: number;
}

const STALL_MS = 30_000;

const encoders = new KeptWorker<EncodeApi>(
  () =>
    new Worker(new URL('../../../workers/encode/encode.worker.ts', import.meta.url), {
      type: 'module',
      name: 'encode'
    }),
  'encoder'
);

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
 * (40 kbit/s, Vorbis comments). Runs in a worker; `audio` stays as it was, unless it is handed over.
 *
 * @throws TimbreError `audio/encode-failed` (no sound, or no encoder for it in this browser), `job/cancelled`,
 * `job/timeout`, `worker/crashed`.
 */
export async function encodeAudio(
  audio: Audio,
  format: OutputAudioFormat,
  tags: AudioTags = {},
  options: EncodeOptions = {}
): Promise<EncodedFile> {
  const call = { stallMs: options.stallMs ?? STALL_MS, signal: options.signal };
  return encoders.use(call, async (api, watchdog) => {
    const report = (fraction: number) => {
      watchdog.touch();
      options.onProgress?.({ stage: 'encode', fraction });
    };
    const samples = options.handOver ? audio.samples : audio.samples.slice();
    const { orElse } = options;
    const formats: Preference = orElse && orElse !== format ? [format, orElse] : [format];
    const written = unwrap(
      await watchdog.guard(
        api.encode(transfer(samples, [samples.buffer]), audio.sampleRateHz, formats, tags, proxy(report))
      )
    );
    return { value: { ...written, mimeType: AUDIO_MIME_TYPES[written.format] }, reusable: true };
  });
}
