/** What the engines say of one recording: its words, and whose voice it is. */
import { TimbreError, type Audio, type Lang } from '$workers/contract';
import { joined } from './speech';
import type { Heard, StudioDeps } from './types';

export interface HearOptions {
  signal?: AbortSignal;
  onFraction?: (fraction: number) => void;
}

/** @param language null: it is found out. @returns null where the recogniser doesn't know the language. */
export async function wordsIn(
  deps: Pick<StudioDeps, 'engines'>,
  audio: Audio,
  language: Lang | null,
  { signal, onFraction }: HearOptions
): Promise<(Heard & { language: Lang | null }) | null> {
  try {
    const { text, confidence, model, ...result } = await deps.engines.transcribe(audio, {
      ...(language ? { language } : {}),
      ...(signal ? { signal } : {}),
      wordTimes: false,
      onProgress: ({ fraction }) => onFraction?.(fraction)
    });
    return { text: text.trim(), confidence, model, language: text.trim() ? result.language : language };
  } catch (error) {
    if (isCode(error, 'speech/none-found')) return { text: '', confidence: 0, model: '', language };
    // The recording is as good as any for a voice; only nothing is known of its words.
    if (isCode(error, 'language/unsupported')) return null;
    throw error;
  }
}

/**
 * The speaker as 192 numbers of unit length, from where somebody speaks: pauses are of the room, not of the voice.
 * @returns null for a recording with too little sound to tell a voice by.
 */
export async function speakerOf(
  deps: Pick<StudioDeps, 'engines' | 'speechIn'>,
  audio: Audio,
  options: HearOptions
): Promise<Float32Array | null> {
  return speakerIn(deps, joined(audio, await deps.speechIn(audio)), options);
}

/** The same of sound that is speech throughout. */
export async function speakerIn(
  deps: Pick<StudioDeps, 'engines'>,
  speech: Audio,
  { signal, onFraction }: HearOptions
): Promise<Float32Array | null> {
  try {
    return await deps.engines.embed(speech, {
      ...(signal ? { signal } : {}),
      onProgress: ({ fraction }) => onFraction?.(fraction)
    });
  } catch (error) {
    if (isCode(error, 'audio/too-short') || isCode(error, 'speech/none-found')) return null;
    throw error;
  }
}

export function isCode(error: unknown, code: TimbreError['code']): boolean {
  return error instanceof TimbreError && error.code === code;
}
