import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  EncodedAudioPacketSource,
  EncodedPacket,
  Mp3OutputFormat,
  OggOutputFormat,
  Output,
  Quality,
  type AudioTrackMetadata,
  type MetadataTags
} from 'mediabunny';
import { TimbreError } from '../contract';
import { resample } from '../decode';
import { MPEG_RATES_HZ } from './mpegRates';
import type { AudioTags } from './types';

/** Every Opus encoder takes 48 kHz. */
const OPUS_RATE_HZ = 48_000;
/** Speech is transparent to most ears at these, mono. */
const MP3_KBITS = 64;
const OPUS_BITS = 40_000;

/** ID3's TLAN and mediabunny's track language want ISO 639-2. */
const ISO_639_2: Record<string, string> = {
  fr: 'fra',
  en: 'eng',
  es: 'spa',
  de: 'deu',
  pt: 'por',
  it: 'ita',
  pl: 'pol',
  tr: 'tur',
  ru: 'rus',
  nl: 'nld',
  cs: 'ces',
  ar: 'ara',
  zh: 'zho',
  ja: 'jpn',
  hu: 'hun',
  ko: 'kor'
};

/**
 * MP3 (LAME, ID3v2) or Ogg Opus (the browser's encoder, Vorbis comments).
 * @param samples mono, −1…1. @param onProgress part done, 0…1.
 * @throws TimbreError audio/encode-failed where the browser has no Opus encoder.
 */
export async function encodeCompressed(
  samples: Float32Array,
  rateHz: number,
  format: 'mp3' | 'ogg',
  tags: AudioTags,
  onProgress: (fraction: number) => void
): Promise<ArrayBuffer> {
  const target = new BufferTarget();
  const output = new Output({
    format: format === 'mp3' ? new Mp3OutputFormat() : new OggOutputFormat(),
    target
  });
  const languageCode = tags.language ? ISO_639_2[tags.language] : undefined;
  const track = languageCode ? { languageCode } : {};
  output.setMetadataTags(metadataTags(tags, format));
  await (format === 'mp3' ? addMp3 : addOpus)(output, track, samples, rateHz, onProgress);
  await output.finalize();
  if (!target.buffer) throw new TimbreError('audio/encode-failed', 'The encoder gave nothing.');
  return target.buffer;
}

type Add = (
  output: Output,
  track: AudioTrackMetadata,
  samples: Float32Array,
  rateHz: number,
  onProgress: (fraction: number) => void
) => Promise<void>;

const addMp3: Add = async (output, track, samples, rateHz, onProgress) => {
  const outputRateHz = MPEG_RATES_HZ.find((rate) => rate >= rateHz) ?? 48_000;
  const source = new EncodedAudioPacketSource('mp3');
  output.addAudioTrack(source, track);
  await output.start();
  const meta = { decoderConfig: { codec: 'mp3', numberOfChannels: 1, sampleRate: outputRateHz } };
  const { mp3Frames } = await import('./mp3');
  const converted = resample(samples, rateHz, outputRateHz);
  for await (const { bytes, timestamp, duration } of mp3Frames(
    converted,
    outputRateHz,
    MP3_KBITS,
    onProgress
  ))
    await source.add(new EncodedPacket(bytes, 'key', timestamp, duration), meta);
};

const addOpus: Add = async (output, track, samples, rateHz, onProgress) => {
  const quality = new Quality({ bitrate: OPUS_BITS });
  const config = { numberOfChannels: 1, sampleRate: OPUS_RATE_HZ, quality };
  if (!(await canEncodeAudio('opus', config)))
    throw new TimbreError('audio/encode-failed', 'This browser has no encoder for opus.');
  const source = new AudioSampleSource({ codec: 'opus', quality });
  output.addAudioTrack(source, track);
  await output.start();
  const converted = resample(samples, rateHz, OPUS_RATE_HZ);
  for (let from = 0; from < converted.length; from += OPUS_RATE_HZ) {
    const sample = new AudioSample({
      data: converted.slice(from, from + OPUS_RATE_HZ),
      format: 'f32',
      numberOfChannels: 1,
      sampleRate: OPUS_RATE_HZ,
      timestamp: from / OPUS_RATE_HZ
    });
    await source.add(sample);
    sample.close();
    onProgress(from / converted.length);
  }
};

function metadataTags(tags: AudioTags, format: 'mp3' | 'ogg'): MetadataTags {
  const { title, artist, comment, language } = tags;
  const raw: Record<string, string> = {};
  if (language && format === 'ogg') raw.LANGUAGE = language;
  if (language && format === 'mp3') raw.TLAN = ISO_639_2[language] ?? language;
  return { ...(title && { title }), ...(artist && { artist }), ...(comment && { comment }), raw };
}
