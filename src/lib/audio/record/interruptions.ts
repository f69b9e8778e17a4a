import type { InterruptionReason } from '../types';
import type { RecorderEnvironment } from './environment';

/**
 * Tells when something outside takes the microphone or the page away: a call, a pulled plug, a locked
 * screen, a closed tab. @returns how to end it.
 */
export function watchInterruptions(
  track: MediaStreamTrack | undefined,
  environment: RecorderEnvironment,
  onInterrupted: (reason: InterruptionReason) => void
): () => void {
  const { document, window } = environment;
  const listeners: [EventTarget | undefined, string, () => void][] = [
    [track, 'ended', () => onInterrupted('microphone-ended')],
    [track, 'mute', () => onInterrupted('microphone-muted')],
    [
      document,
      'visibilitychange',
      () => {
        if (document?.hidden) onInterrupted('page-hidden');
      }
    ],
    [window, 'pagehide', () => onInterrupted('page-left')]
  ];
  for (const [target, event, listener] of listeners) target?.addEventListener(event, listener);
  return () => {
    for (const [target, event, listener] of listeners) target?.removeEventListener(event, listener);
  };
}
