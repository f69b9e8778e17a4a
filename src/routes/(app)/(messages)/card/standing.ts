import type { AudioMessage } from '$lib/messages';
import type { ErrorCode } from '$workers/contract';

export function isWorking({ status }: Pick<AudioMessage, 'status'>): boolean {
  return status === 'waiting' || status === 'working';
}

/** What failed of the whole message, not of one language; null while it is worked on. */
export function failureOf(message: Pick<AudioMessage, 'status' | 'error'>): ErrorCode | null {
  if (isWorking(message)) return null;
  if (message.status === 'no-speech') return 'speech/none-found';
  if (message.status === 'cancelled') return 'job/cancelled';
  return message.error?.code ?? null;
}
