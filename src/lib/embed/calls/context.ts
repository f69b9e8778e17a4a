import type { App, Space } from '$lib/app';
import type { TrainingSession, Voice } from '$lib/voice';
import type { CallProgress } from '$sdk/protocol';
import type { Sound } from '../deps';
import type { Permissions } from '../permissions';

/** What a call is answered with. */
export interface CallContext {
  /** Whose call it is. */
  host: string;
  /** Nobody waits for the answer any more, or it is allowed no longer. */
  signal: AbortSignal;
  onProgress(progress: CallProgress): void;
  permissions: Pick<Permissions, 'require' | 'granted'>;
  /** The person's: settings, engines, voice studio. */
  app(): Promise<App>;
  /** The host's: messages of its own, and the voice that it may use. */
  space(): Promise<Space>;
  sound: Sound;
  /** One was started for the host, which is told how it comes further. */
  onTraining(session: TrainingSession, voice: Voice): void;
}
