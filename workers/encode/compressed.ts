import {
  AudioSample,
  AudioSampleSource,
  BufferTarget,
  canEncodeAudio,
  Mp3OutputFormat,
  OggOutputFormat,
  Output,
  Quality,
  type MetadataTags
} from 'mediabunny';
import { TimbreError } from '../contract';
import { resample } from '../decode';
import type { AudioTags } from './types';

/** MPEG audio knows these rates and no others. */
const MP3_RATES_HZ = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];
/** Every Opus encoder takes 48 kHz. */
const OPUS_RATE_HZ = 48_000;
/** Speech is transparent to most ears at these, in bit/s, mono. */
const BITRATE = { mp3: 64_000, opus: 40_000 };

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
  const codec = format === 'mp3' ? 'mp3' : 'opus';
  const outputRateHz =
    codec === 'opus' ? OPUS_RATE_HZ : (MP3_RATES_HZ.find((rate) => rate >= rateHz) ?? 48_000);
  const quality = new Quality({ bitrate: BITRATE[codec] });
  const encodable = () => canEncodeAudio(codec, { numberOfChannels: 1, sampleRate: outputRateHz, quality });
  if (codec === 'mp3' && !(await encodable())) {
    const { registerMp3Encoder } = await import('@mediabunny/mp3-encoder');
    registerMp3Encoder();
  }
  if (!(await encodable()))
    throw new TimbreError('audio/encode-failed', `This browser has no encoder for ${codec}.`);

  const target = new BufferTarget();
  const output = new Output({
    format: format === 'mp3' ? new Mp3OutputFormat() : new OggOutputFormat(),
    target
  });
  const source = new AudioSampleSource({ codec, quality });
  const languageCode = tags.language ? ISO_639_2[tags.language] : undefined;
  output.addAudioTrack(source, languageCode ? { languageCode } : {});
  output.setMetadataTags(metadataTags(tags, format));
  await output.start();
  const converted = resample(samples, rateHz, outputRateHz);
  for (let from = 0; from < converted.length; from += outputRateHz) {
    const sample = new AudioSample({
      data: converted.slice(from, from + outputRateHz),
      format: 'f32',
      numberOfChannels: 1,
      sampleRate: outputRateHz,
      timestamp: from / outputRateHz
    });
    await source.add(sample);
    sample.close();
    onProgress(from / converted.length);
  }
  await output.finalize();
  if (!target.buffer) throw new TimbreError('audio/encode-failed', 'The encoder gave nothing.');
  return target.buffer;
}

function metadataTags(tags: AudioTags, format: 'mp3' | 'ogg'): MetadataTags {
  const { title, artist, comment, language } = tags;
  const raw: Record<string, string> = {};
  if (language && format === 'ogg') raw.LANGUAGE = language;
  if (language && format === 'mp3') raw.TLAN = ISO_639_2[language] ?? language;
  return { ...(title && { title }), ...(artist && { artist }), ...(comment && { comment }), raw };
}
