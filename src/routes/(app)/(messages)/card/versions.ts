import type { TranslatedAudioVersion } from '$lib/messages';
import type { MessageProgress } from '$lib/pipeline';

export type ChipState = 'waiting' | 'working' | 'ready' | 'stale' | 'failed' | 'cancelled';

/** What a language's chip says. */
export function chipState(version: TranslatedAudioVersion, progress: MessageProgress | undefined): ChipState {
  switch (version.status) {
    case 'ready':
    case 'stale':
      return version.status;
    case 'failed':
      return version.error?.code === 'job/cancelled' ? 'cancelled' : 'failed';
    case 'pending':
      return progress?.stage === 'translate' || version.text !== null ? 'working' : 'waiting';
  }
}

/**
 * How far one language is, 0…1: half for its translation, half for its speech. The pipeline tells the
 * speech of all languages in one figure; a language whose turn has not come has its translation.
 */
export function chipFraction(version: TranslatedAudioVersion, progress: MessageProgress | undefined): number {
  if (version.text === null || progress?.stage === 'translate') return 0.5 * (progress?.fraction ?? 0);
  if (progress?.stage === 'synthesize' && progress.language === version.language)
    return 0.5 + 0.5 * progress.fraction;
  return 0.5;
}
