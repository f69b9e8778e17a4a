import { TimbreError, type ErrorCode } from '../../../../workers/contract';
import type { RecorderEnvironment } from './environment';

/**
 * `voice`: the browser takes out echo and noise and evens the level, for messages.
 * `raw`: as the microphone hears it, for voice samples.
 */
export type MicrophoneProcessing = 'voice' | 'raw';

export interface MicrophoneOptions {
  deviceId?: string;
  processing?: MicrophoneProcessing;
}

/** What browsers call the reasons (Media Capture and Streams, 10.2.3), in our codes. */
const CODES: Record<string, ErrorCode> = {
  NotAllowedError: 'audio/microphone-denied',
  SecurityError: 'audio/microphone-denied',
  NotFoundError: 'audio/no-microphone',
  OverconstrainedError: 'audio/no-microphone'
};

/** @throws TimbreError audio/microphone-denied, audio/no-microphone, audio/recorder-failed (taken by another program …). */
export async function openMicrophone(
  environment: RecorderEnvironment,
  options: MicrophoneOptions
): Promise<MediaStream> {
  const clean = options.processing !== 'raw';
  const constraints: MediaTrackConstraints = {
    channelCount: 1,
    echoCancellation: clean,
    noiseSuppression: clean,
    autoGainControl: clean,
    ...(options.deviceId && { deviceId: { exact: options.deviceId } })
  };
  try {
    return await environment.getUserMedia({ audio: constraints });
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    throw new TimbreError(
      CODES[name] ?? 'audio/recorder-failed',
      `The microphone cannot be opened: ${String(cause)}`,
      { cause }
    );
  }
}

/** Opus where it can be had, AAC in older Safari; last, whatever the browser likes. */
const MIME_TYPES = [
  'audio/webm;codecs=opus',
  'audio/ogg;codecs=opus',
  'audio/mp4;codecs=mp4a.40.2',
  'audio/mp4'
];

/** @returns '' to leave the choice to the browser. */
export function chooseMimeType(environment: Pick<RecorderEnvironment, 'isTypeSupported'>): string {
  return MIME_TYPES.find((type) => environment.isTypeSupported(type)) ?? '';
}
