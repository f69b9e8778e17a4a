/** What a person reads when something fails: what happened, what was kept, what can be done. */
import { ERROR_CODES, type ErrorCode } from '$workers/contract';
import * as m from '$lib/paraglide/messages.js';

const SENTENCES: Record<ErrorCode, () => string> = {
  'audio/empty': m.error_audio_empty,
  'audio/too-large': m.error_audio_too_large,
  'audio/too-long': m.error_audio_too_long,
  'audio/too-short': m.error_audio_too_short,
  'audio/not-audio': m.error_audio_not_audio,
  'audio/unsupported': m.error_audio_unsupported,
  'audio/switched-off': m.error_audio_switched_off,
  'audio/damaged': m.error_audio_damaged,
  'audio/no-microphone': m.error_audio_no_microphone,
  'audio/microphone-denied': m.error_audio_microphone_denied,
  'audio/recorder-failed': m.error_audio_recorder_failed,
  'audio/encode-failed': m.error_audio_encode_failed,
  'speech/none-found': m.error_speech_none_found,
  'language/unsupported': m.error_language_unsupported,
  'model/missing': m.error_model_missing,
  'model/load-failed': m.error_model_load_failed,
  'model/run-failed': m.error_model_run_failed,
  'model/damaged': m.error_model_damaged,
  'model/download-failed': m.error_model_download_failed,
  'model/licence-not-accepted': m.error_model_licence_not_accepted,
  'translate/no-path': m.error_translate_no_path,
  'translate/incomplete': m.error_translate_incomplete,
  'synthesize/failed': m.error_synthesize_failed,
  'voice/no-samples': m.error_voice_no_samples,
  'voice/no-consent': m.error_voice_no_consent,
  'voice/consent-words': m.error_voice_consent_words,
  'voice/consent-voice': m.error_voice_consent_voice,
  'storage/full': m.error_storage_full,
  'storage/blocked': m.error_storage_blocked,
  'storage/outdated': m.error_storage_outdated,
  'storage/unavailable': m.error_storage_unavailable,
  'storage/failed': m.error_storage_failed,
  'storage/not-found': m.error_storage_not_found,
  'job/cancelled': m.error_job_cancelled,
  'job/timeout': m.error_job_timeout,
  'worker/crashed': m.error_worker_crashed,
  'network/offline': m.error_network_offline,
  'network/timeout': m.error_network_timeout,
  'input/invalid': m.error_input_invalid,
  'embed/not-allowed': m.error_embed_not_allowed,
  'embed/origin': m.error_embed_origin,
  'embed/version': m.error_embed_version,
  'embed/timeout': m.error_embed_timeout,
  'embed/disconnected': m.error_embed_disconnected,
  'embed/destroyed': m.error_embed_destroyed,
  'embed/unknown-call': m.error_embed_unknown_call,
  unknown: m.error_unknown
};

/** The sentences for a code, in the person's language. */
export function errorSentence(code: ErrorCode): string {
  return SENTENCES[code]();
}

/** The code of whatever was thrown; also of errors that crossed from a worker. */
export function errorCodeOf(error: unknown): ErrorCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return ERROR_CODES.find((known) => known === code) ?? 'unknown';
}
