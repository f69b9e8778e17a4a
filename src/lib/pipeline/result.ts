import { blobOf, type AudioMessage, type SoundFile, type TranslatedAudioVersion } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import type { AudioTags, OutputAudioFormat } from '$lib/audio';
import type { AudioMessageResult, PipelineDeps, TranslationResult } from './types';
import { speakerName } from './speaker';
import { versionId } from './versions';

/** Errors: `storage/not-found`; the message's own error where it has no transcript. */
export async function toResult({ storage }: PipelineDeps, messageId: string): Promise<AudioMessageResult> {
  const message = await messageOf(storage, messageId);
  const { transcription, original, error } = message;
  if (!transcription)
    throw new TimbreError(
      error?.code ?? 'storage/not-found',
      error?.message ?? `${messageId} is not transcribed yet`
    );
  const versions = await storage.store.where('versions', 'messageId', messageId);
  versions.sort((a, b) => a.order - b.order);

  const translations: Partial<Record<Lang, TranslationResult>> = {};
  const failures: AudioMessageResult['failures'] = {};
  for (const version of versions) {
    const result = await resultOf(storage, message, version);
    if (result) translations[version.language] = result;
    if (version.error) failures[version.language] = version.error;
  }
  return {
    original: {
      audio: original ? await storage.audio.get(original.audioId) : null,
      transcription: transcription.text,
      language: transcription.language,
      durationMs: original?.durationMs ?? transcription.durationMs,
      confidence: transcription.confidence,
      source: transcription.source,
      segments: transcription.segments
    },
    translations,
    failures,
    voiceModelQuality: message.voiceModelQuality ?? 0,
    processingTimeMs: message.processingTimeMs
  };
}

async function resultOf(
  storage: PipelineDeps['storage'],
  message: AudioMessage,
  { language, text, audio }: TranslatedAudioVersion
): Promise<TranslationResult | null> {
  if (text === null || !audio) return null;
  const stock = audio.fidelity === 'stock';
  return {
    language,
    text,
    audio: await storage.audio.get(audio.audioId),
    durationMs: audio.durationMs,
    format: audio.format,
    fidelity: audio.fidelity,
    voiceCloned: audio.fidelity === 'cloned',
    voiceQuality: stock ? 0 : (message.voiceModelQuality ?? 0),
    ...(audio.similarity === null ? {} : { similarity: audio.similarity }),
    ttsModel: audio.ttsModel
  };
}

/**
 * A version's sound as a tagged file in the asked format, or (`original`) what was recorded. What is stored in
 * that format already goes out as it is.
 * Errors: `storage/not-found`, `audio/…`, `job/cancelled`.
 */
export async function exportAudio(
  deps: PipelineDeps,
  messageId: string,
  what: Lang | 'original',
  format: OutputAudioFormat,
  options: { signal?: AbortSignal } = {}
): Promise<Blob> {
  const message = await messageOf(deps.storage, messageId);
  if (what === 'original') {
    const { original, transcription } = message;
    if (!original) throw new TimbreError('storage/not-found', `${messageId} was typed`);
    const file = await deps.storage.audio.file(original.audioId);
    if (original.container === format) return blobOf(file);
    const tags = transcription ? { language: transcription.language } : {};
    return repacked(deps, file, format, tags, options);
  }
  const version = await deps.storage.store.get('versions', versionId(messageId, what));
  if (!version?.audio) throw new TimbreError('storage/not-found', `no ${what} speech of ${messageId}`);
  const file = await deps.storage.audio.file(version.audio.audioId);
  if (version.audio.format === format) return blobOf(file);
  const { fidelity, watermark } = version.audio;
  const spokenAs = { fidelity, speaker: await speakerName(deps.storage.store, message), watermark };
  const tags = { language: what, comment: await deps.speechComment(what, spokenAs) };
  return repacked(deps, file, format, tags, options);
}

async function repacked(
  { decode, encode }: PipelineDeps,
  { bytes }: SoundFile,
  format: OutputAudioFormat,
  tags: AudioTags,
  options: { signal?: AbortSignal }
): Promise<Blob> {
  return blobOf(await encode(await decode(bytes, options), format, tags, { ...options, handOver: true }));
}

async function messageOf(storage: PipelineDeps['storage'], messageId: string): Promise<AudioMessage> {
  const message = await storage.store.get('messages', messageId);
  if (!message) throw new TimbreError('storage/not-found', `no message ${messageId}`);
  return message;
}
