/**
 * Every code that a call can fail with. An app newer than this SDK may send others: treat an unknown
 * one as `unknown`. docs/embedding.md says what each means and what to do.
 */
export const TIMBRE_ERROR_CODES = [
  // The talk between host and frame.
  'embed/not-allowed',
  'embed/origin',
  'embed/version',
  'embed/timeout',
  'embed/disconnected',
  'embed/destroyed',
  'embed/unknown-call',
  // What was sent.
  'input/invalid',
  'audio/empty',
  'audio/too-large',
  'audio/too-long',
  'audio/too-short',
  'audio/not-audio',
  'audio/unsupported',
  'audio/switched-off',
  'audio/damaged',
  'audio/no-microphone',
  'audio/microphone-denied',
  'audio/recorder-failed',
  'audio/encode-failed',
  'speech/none-found',
  'language/unsupported',
  // What works on it.
  'model/missing',
  'model/load-failed',
  'model/run-failed',
  'model/damaged',
  'model/download-failed',
  'model/licence-not-accepted',
  'translate/no-path',
  'translate/incomplete',
  'synthesize/failed',
  'voice/no-samples',
  'voice/no-consent',
  'voice/consent-words',
  'voice/consent-voice',
  'storage/full',
  'storage/blocked',
  'storage/outdated',
  'storage/unavailable',
  'storage/failed',
  'storage/not-found',
  'job/cancelled',
  'job/timeout',
  'worker/crashed',
  'network/offline',
  'network/timeout',
  'unknown'
] as const;
export type TimbreErrorCode = (typeof TIMBRE_ERROR_CODES)[number];

/** What a call fails with. `message` is for developers, in English; word `code` for people yourself. */
export class TimbreError extends Error {
  override readonly name = 'TimbreError';
  constructor(
    readonly code: TimbreErrorCode,
    message: string
  ) {
    super(message);
  }
}

/** As it came from the frame. */
export function receivedError({ code, message }: { code: string; message: string }): TimbreError {
  const known = TIMBRE_ERROR_CODES.find((each) => each === code);
  return known ? new TimbreError(known, message) : new TimbreError('unknown', `${code}: ${message}`);
}
