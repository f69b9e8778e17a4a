import type { Reader } from '$lib/storage';
import type { Voice, VoicePolicy } from '$lib/voice';

/**
 * The voice of messages that lie in other tables than the studio that they are spoken from. That studio can't see
 * where a message came from, so it is told here: a file may hold anybody's voice, and never makes or improves a model.
 * @param reader of the messages. @param own while nothing is lent. @param lent asked for each message; null: not now.
 */
export function lentPolicy(
  reader: Reader,
  own: VoicePolicy,
  lent: () => Promise<Pick<Voice, 'policy'>> | null
): VoicePolicy {
  return {
    async voiceFor(request, options) {
      const lender = await lent();
      if (!lender) return own.voiceFor(request, options);
      const message = await reader.get('messages', request.messageId);
      const recording = message?.source === 'recorded' ? request.recording : null;
      return lender.policy.voiceFor({ ...request, recording }, options);
    },
    // The speech is compared with the voice that it was made with; whose studio does that makes no difference.
    ...(own.similarity ? { similarity: own.similarity } : {})
  };
}
