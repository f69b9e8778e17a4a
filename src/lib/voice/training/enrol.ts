import { storedError, type LeftOut } from '$lib/storage';
import type { Audio, Lang } from '$workers/contract';
import type { VoiceEnroller } from '../types';
import { isCancelled, unlessAborted } from '$lib/abort';

export interface EnrolInput {
  profileId: string;
  centroid: Float32Array;
  language: Lang;
  /** Asked for once, and only when an engine is there. */
  clips: () => Promise<Audio[]>;
}

export interface Enrolment {
  conditioning: Record<string, unknown>;
  leftOut: LeftOut[];
}

export interface EnrolOptions {
  signal: AbortSignal;
  /** What is known from before; those engines are not asked again. */
  known?: Enrolment;
  /** `done` of `total` engines, parts of one included. */
  onFraction?: (done: number, total: number) => void;
  /** After each engine. */
  onEngine?: (done: number, total: number, so: Enrolment) => Promise<void>;
}

/** Asks one engine after another for its conditioning of a voice. One that fails is left out, with the reason. */
export async function enrolAll(
  enrollers: readonly VoiceEnroller[],
  input: EnrolInput,
  { signal, known = { conditioning: {}, leftOut: [] }, onFraction, onEngine }: EnrolOptions
): Promise<Enrolment> {
  const so: Enrolment = { conditioning: { ...known.conditioning }, leftOut: [...known.leftOut] };
  const asked = new Set([...Object.keys(so.conditioning), ...so.leftOut.map(({ engine }) => engine)]);
  const here: VoiceEnroller[] = [];
  for (const enroller of enrollers) {
    if (!asked.has(enroller.name) && (await unlessAborted(signal, () => enroller.available())))
      here.push(enroller);
  }
  const [before, total] = [asked.size, asked.size + here.length];
  let clips: Audio[] | undefined;
  for (const [index, enroller] of here.entries()) {
    try {
      clips ??= await unlessAborted(signal, input.clips);
      const { profileId, centroid, language } = input;
      const given = { profileId, centroid, language, clips };
      so.conditioning[enroller.name] = await unlessAborted(signal, () =>
        enroller.enrol(given, {
          signal,
          onFraction: (fraction) => onFraction?.(before + index + Math.min(1, fraction), total)
        })
      );
    } catch (error) {
      if (isCancelled(error) || signal.aborted) throw error;
      so.leftOut.push({ engine: enroller.name, error: storedError(error) });
    }
    await onEngine?.(before + index + 1, total, so);
  }
  return so;
}
