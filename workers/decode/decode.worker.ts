import { expose, transfer } from 'comlink';
import { SPEECH_RATE_HZ, TimbreError, type ErrorCode } from '../contract';
import { sparing } from '../sparing';
import { letGo } from '../wire';
import { Downmixer } from './downmix';
import { Gatherer } from './gather';
import { readAudio } from './read';
import { MIN_AUDIO_MS, type DecodedAudio } from './types';

/** Errors cross as values: Comlink would drop their code. One of the two is null. */
export interface DecodeOutcome<T> {
  value: T | null;
  error: { code: ErrorCode; message: string } | null;
}

/** Progress is told at most this often. */
const TELL_EVERY_MS = 100;

async function outcome<T>(work: () => T | Promise<T>): Promise<DecodeOutcome<T>> {
  try {
    return { value: await work(), error: null };
  } catch (cause) {
    if (cause instanceof TimbreError)
      return { value: null, error: { code: cause.code, message: cause.message } };
    return { value: null, error: { code: 'audio/damaged', message: String(cause) } };
  }
}

async function readBytes(file: Blob | ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(file instanceof ArrayBuffer ? file : await file.arrayBuffer());
  } catch (cause) {
    // The file was moved, or lies in a cloud folder that is not reachable.
    throw new TimbreError('audio/damaged', `The file cannot be read: ${String(cause)}`, { cause });
  }
}

/** Sound that the page decoded with the browser's own decoder, on its way to 16 kHz mono. */
interface PcmSession {
  gatherer: Gatherer;
  downmixer: Downmixer;
}
let session: PcmSession | null = null;

/** One file at a time; whoever started the worker terminates it, which is also how decoding is cancelled. */
const api = {
  /** Decodes with mediabunny. `onProgress` gets 0…1, and is called even where no fraction is known. */
  async decode(
    file: Blob | ArrayBuffer,
    maxMs: number,
    onProgress: (fraction: number) => void
  ): Promise<DecodeOutcome<DecodedAudio>> {
    const { tell, end } = sparing(onProgress, TELL_EVERY_MS, () => false);
    const result = await outcome(async () => readAudio(await readBytes(file), { maxMs, onProgress: tell }));
    end();
    // Each file brings a message port of its own.
    letGo(onProgress);
    return result.value ? transfer(result, [result.value.samples.buffer]) : result;
  },

  /** Starts to take decoded sound. `channel`: take this one alone, because the channels cancel each other. */
  beginPcm(maxMs: number, channel: number | null): void {
    session = { gatherer: new Gatherer(maxMs), downmixer: new Downmixer(channel) };
  },

  /** @param channels the next block, one array for each channel. */
  pushPcm(channels: Float32Array[], rateHz: number): Promise<DecodeOutcome<true>> {
    return outcome<true>(() => {
      if (!session) throw new TimbreError('unknown', 'beginPcm first');
      session.gatherer.push(session.downmixer.mix(channels), rateHz);
      return true;
    });
  },

  /** @returns mono 16 kHz, or the number of the channel to take alone in a second pass. */
  async finishPcm(): Promise<DecodeOutcome<Float32Array<ArrayBuffer> | number>> {
    const result = await outcome<Float32Array<ArrayBuffer> | number>(() => {
      if (!session) throw new TimbreError('unknown', 'beginPcm first');
      const channel = session.downmixer.channelIfCancelled();
      if (channel !== null) return channel;
      const samples = session.gatherer.finish();
      if ((samples.length / SPEECH_RATE_HZ) * 1000 < MIN_AUDIO_MS)
        throw new TimbreError('audio/empty', `${samples.length} samples.`);
      return samples;
    });
    session = null;
    return result.value instanceof Float32Array ? transfer(result, [result.value.buffer]) : result;
  }
};

export type DecodeApi = typeof api;
expose(api);
