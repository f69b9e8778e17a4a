/** What a person has begun is made ready for while they are still at it. */
import type { Coming } from '$lib/engines';
import type { Lang } from '$workers/contract';
import type { App } from './types';

/** What a small device has is for what is being done. In gigabytes, as browsers round it. */
const LITTLE_MEMORY_GB = 2;
/** The page goes first, but not for ever. */
const PATIENCE_MS = 2000;

export interface WarmUpDeps {
  /** The browser's; some say neither. */
  navigator: { connection?: { saveData?: boolean }; deviceMemory?: number };
  /** Resolves when the page has nothing better to do. */
  idle: () => Promise<void>;
}

/**
 * What a message will ask for. A recording also tells its speaker's voice, which a file does not
 * (docs/decisions/2026-11-26-whose-voice.md).
 * @param from in which language it is said or written, as far as that is known. @param to in which others it is heard.
 */
export function comingFor(
  source: 'recorded' | 'file' | 'text',
  from: Lang,
  to: readonly Lang[]
): readonly Coming[] {
  // A text is spoken in its own language, too.
  const [spoken = source === 'text' ? from : undefined] = to;
  return [
    ...(source === 'text' ? [] : [{ stage: 'transcribe' } as const]),
    ...(to.length > 0 ? [{ stage: 'translate', from, to } as const] : []),
    ...(source === 'recorded' && to.length > 0 ? [{ stage: 'voice' } as const] : []),
    ...(spoken === undefined ? [] : [{ stage: 'synthesize', language: spoken } as const])
  ];
}

/**
 * Has the models loaded that the first message will ask for, when the page has nothing better to do. Nothing where the
 * person saves data, since what ships may still have to be fetched, or where there is little memory. Never throws: the
 * work that follows says what is wrong.
 */
export async function warmUp(
  app: Pick<App, 'engines'>,
  coming: readonly Coming[],
  signal?: AbortSignal,
  { navigator, idle }: WarmUpDeps = browserDeps()
): Promise<void> {
  if (navigator.connection?.saveData) return;
  if ((navigator.deviceMemory ?? Infinity) <= LITTLE_MEMORY_GB) return;
  try {
    await idle();
    if (signal?.aborted) return;
    await (await app.engines()).warmUp(coming, signal ? { signal } : {});
  } catch (error) {
    console.warn('The models could not be made ready.', error);
  }
}

function browserDeps(): WarmUpDeps {
  return {
    navigator: globalThis.navigator as WarmUpDeps['navigator'],
    idle: () =>
      new Promise((done) => {
        // Safari has no idle callback.
        if ('requestIdleCallback' in globalThis) requestIdleCallback(() => done(), { timeout: PATIENCE_MS });
        else setTimeout(done, 0);
      })
  };
}
