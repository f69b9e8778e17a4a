import {
  ADTS,
  AudioSampleSink,
  BufferSource,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
  UnsupportedInputFormatError,
  type AudioSample,
  type InputAudioTrack,
  type InputFormat
} from 'mediabunny';
import { SPEECH_RATE_HZ, TimbreError } from '../contract';
import { Downmixer } from './downmix';
import { Gatherer } from './gather';
import { wholePagesLength } from './ogg-end';
import { repairWavSizes } from './repair-wav';
import { sniff, SNIFF_BYTES, type Sniffed } from './sniff';
import { MIN_AUDIO_MS, type DecodedAudio, type DecodeWarning } from './types';

const FORMATS = [WAVE, OGG, WEBM, MATROSKA, MP4, QTFF, MP3, ADTS, FLAC, MPEG_TS];
/** The same words as `sniff`'s. */
const CONTAINER_NAMES = new Map<InputFormat, string>([
  [WAVE, 'wav'],
  [OGG, 'ogg'],
  [WEBM, 'webm'],
  [MATROSKA, 'matroska'],
  [MP4, 'mp4'],
  [QTFF, 'mp4'],
  [MP3, 'mp3'],
  [ADTS, 'aac'],
  [FLAC, 'flac'],
  [MPEG_TS, 'mpeg-ts']
]);
/** More is no recording of a voice but a broken header. */
const MAX_CHANNELS = 64;
const MAX_RATE_HZ = 768_000;
/** A header may promise this much more than there is before the file counts as truncated. */
const TRUNCATION_SLACK_S = 0.5;

export interface ReadOptions {
  maxMs: number;
  /** True part of the file done, 0…1. */
  onProgress: (fraction: number) => void;
}

/**
 * Demuxes and decodes a file by its content, mixes it to mono and converts it to 16 kHz.
 * @throws TimbreError audio/empty, audio/too-long, audio/not-audio, audio/unsupported, audio/damaged.
 * Where some sound could be had before an error, that sound is the result, with a warning.
 */
export async function readAudio(bytes: Uint8Array<ArrayBuffer>, options: ReadOptions): Promise<DecodedAudio> {
  const sniffed = sniff(bytes.subarray(0, SNIFF_BYTES));
  if (sniffed.kind === 'other') throw new TimbreError('audio/not-audio', `This is ${sniffed.container}.`);
  const { usable, cutOff } = repair(bytes, sniffed.container);
  const input = new Input({ source: new BufferSource(usable), formats: FORMATS });
  try {
    const track = await findTrack(input, sniffed);
    const source = await describe(track);
    await refuseIfTooLong(track, options.maxMs);
    let downmixer = new Downmixer();
    let gathered = await gather(track, source.durationS, downmixer, options);
    const channel = downmixer.channelIfCancelled();
    if (channel !== null) {
      downmixer = new Downmixer(channel);
      gathered = await gather(track, source.durationS, downmixer, options);
    }
    if (cutOff) gathered.warnings.add('truncated');
    return finish(gathered, await containerOf(input), source);
  } finally {
    input.dispose();
  }
}

/** What can be known and mended before the library sees it. `cutOff`: the end is certainly missing. */
function repair(
  bytes: Uint8Array<ArrayBuffer>,
  container: string
): { usable: Uint8Array<ArrayBuffer>; cutOff: boolean } {
  if (container === 'wav') return { usable: bytes, cutOff: repairWavSizes(bytes) };
  if (container !== 'ogg') return { usable: bytes, cutOff: false };
  const length = wholePagesLength(bytes);
  return { usable: bytes.subarray(0, length), cutOff: length < bytes.length };
}

async function findTrack(input: Input, sniffed: Sniffed): Promise<InputAudioTrack> {
  let track: InputAudioTrack | null;
  let hasOthers: boolean;
  try {
    track = await input.getPrimaryAudioTrack();
    hasOthers = (await input.getTracks()).length > 0;
  } catch (cause) {
    if (cause instanceof UnsupportedInputFormatError)
      throw new TimbreError(
        sniffed.kind === 'audio' ? 'audio/unsupported' : 'audio/not-audio',
        'No known container.',
        { cause }
      );
    // The library says so in words only: a codec it does not know inside a container that it does.
    const isUnsupported = cause instanceof Error && cause.message.startsWith('Unsupported');
    throw new TimbreError(
      isUnsupported ? 'audio/unsupported' : 'audio/damaged',
      `The container cannot be read: ${String(cause)}`,
      { cause }
    );
  }
  if (track) return track;
  if (hasOthers) throw new TimbreError('audio/not-audio', 'Pictures without sound.');
  // Ogg lists only codecs that it knows; elsewhere no track at all means that the list is cut off.
  throw new TimbreError(
    sniffed.container === 'ogg' ? 'audio/unsupported' : 'audio/damaged',
    'The file lists no sound track.'
  );
}

/** The library looks behind leading tags, where `sniff` may not. */
async function containerOf(input: Input): Promise<string> {
  const format = await input.getFormat();
  return CONTAINER_NAMES.get(format) ?? format.name.toLowerCase();
}

interface SourceDescription {
  codec: string;
  rateHz: number;
  channels: number;
  /** What the header says, in seconds. */
  durationS: number | null;
}

async function describe(track: InputAudioTrack): Promise<SourceDescription> {
  let codec: string | null;
  let rateHz: number;
  let channels: number;
  let decodable: boolean;
  try {
    codec = await track.getCodec();
    rateHz = await track.getSampleRate();
    channels = await track.getNumberOfChannels();
    decodable = codec !== null && (await track.canDecode());
  } catch (cause) {
    throw new TimbreError('audio/damaged', `The sound track cannot be read: ${String(cause)}`, { cause });
  }
  if (!(rateHz > 0 && rateHz <= MAX_RATE_HZ && channels > 0 && channels <= MAX_CHANNELS))
    throw new TimbreError('audio/damaged', `The header says ${rateHz} Hz and ${channels} channels.`);
  if (codec === null || !decodable)
    throw new TimbreError('audio/unsupported', `No decoder for ${codec ?? 'this codec'}.`);
  // Only a hint: without it, nothing is missing.
  const durationS = await track.getDurationFromMetadata().catch(() => null);
  return { codec, rateHz, channels, durationS };
}

/** Says so before minutes are spent on decoding. Asks the packets, because headers lie. */
async function refuseIfTooLong(track: InputAudioTrack, maxMs: number): Promise<void> {
  const promised = await track.getDurationFromMetadata().catch(() => null);
  if (promised === null || promised * 1000 <= maxMs) return;
  const last = await track.computeDuration().catch(() => 0);
  if (last * 1000 > maxMs) throw new TimbreError('audio/too-long', `${Math.round(last)} s of sound.`);
}

interface Gathered {
  samples: Float32Array<ArrayBuffer>;
  sourceMs: number;
  warnings: Set<DecodeWarning>;
  /** What stopped the decoder before the end. */
  failure: unknown;
}

async function gather(
  track: InputAudioTrack,
  durationS: number | null,
  downmixer: Downmixer,
  options: ReadOptions
): Promise<Gathered> {
  const gatherer = new Gatherer(options.maxMs);
  let failure: unknown = null;
  try {
    for await (const sample of new AudioSampleSink(track).samples()) {
      const at = sample.timestamp;
      try {
        gatherer.push(downmixer.mix(channelsOf(sample)), sample.sampleRate, at);
      } finally {
        sample.close();
      }
      if (durationS) options.onProgress(Math.min(1, Math.max(0, at / durationS)));
      else options.onProgress(0);
    }
  } catch (cause) {
    if (cause instanceof TimbreError) throw cause;
    failure = cause;
  }
  return { samples: gatherer.finish(), sourceMs: gatherer.durationMs, warnings: gatherer.warnings, failure };
}

function channelsOf(sample: AudioSample): Float32Array[] {
  return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(sample.numberOfFrames);
    sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  });
}

function finish(gathered: Gathered, container: string, source: SourceDescription): DecodedAudio {
  const { samples, warnings, failure, sourceMs } = gathered;
  const durationMs = (samples.length / SPEECH_RATE_HZ) * 1000;
  if (durationMs < MIN_AUDIO_MS) {
    if (failure)
      throw new TimbreError('audio/damaged', `Nothing could be decoded: ${String(failure)}`, {
        cause: failure
      });
    throw new TimbreError('audio/empty', `${durationMs} ms of sound.`);
  }
  if (failure) warnings.add('damaged');
  else if (source.durationS !== null && source.durationS - sourceMs / 1000 > TRUNCATION_SLACK_S)
    warnings.add('truncated');
  return {
    samples,
    sampleRateHz: SPEECH_RATE_HZ,
    durationMs,
    container,
    codec: source.codec,
    sourceRateHz: source.rateHz,
    sourceChannels: source.channels,
    warnings: [...warnings],
    decodedBy: 'mediabunny'
  };
}
