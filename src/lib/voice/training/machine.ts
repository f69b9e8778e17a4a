import type { LeftOut, StoredError, TrainingSession, TrainingStep, TrainingWork } from '$lib/storage';

export const STEPS: readonly TrainingStep[] = [
  'check',
  'embed',
  'outliers',
  'centroid',
  'calibrate',
  'enrol',
  'save'
];

/** After so many beginnings of one step without an end, the step itself is taken to bring the tab down. */
export const MOST_STARTS = 3;

/** Each step's share of a training, about its time. Embedding and enrolling run models; the rest is arithmetic. */
const SHARES: Record<TrainingStep, number> = {
  check: 2,
  embed: 48,
  outliers: 2,
  centroid: 2,
  calibrate: 2,
  enrol: 42,
  save: 2
};
const WHOLE = STEPS.reduce((sum, step) => sum + SHARES[step], 0);

/** What a step adds to the session. */
export type Findings = Partial<
  Pick<
    TrainingSession,
    'sampleCount' | 'totalDurationMs' | 'centroidEmbedding' | 'intraClassVariance' | 'confidenceScore'
  >
>;

export type TrainingEvent = { at: number } & (
  | /** The runner takes it up, for the first time or after a tab was closed in the middle. */ {
      type: 'begun';
    }
    /** A part of the step: `done` of `total`, fractions of a part included; what it made is kept with it. */
  | {
      type: 'worked';
      done: number;
      total: number;
      work?: Partial<Omit<TrainingWork, 'starts'>>;
      leftOut?: LeftOut[];
    }
  /** The current step is done; the next one begins. */
  | { type: 'finished'; found: Findings }
  /** The recordings are no longer those that the training began with: it looks at them again. */
  | { type: 'changed' }
  | { type: 'completed'; modelVersion: number; found: Findings }
  | { type: 'failed'; error: StoredError }
  | { type: 'cancelled' }
);

/**
 * The whole machine: pending → processing, through the steps in their order → completed | failed | cancelled.
 * A session that has ended stays as it is, whatever comes late.
 */
export function advance(session: TrainingSession, event: TrainingEvent): TrainingSession {
  if (!isActive(session)) return session;
  const now = { ...session, updatedAt: event.at };
  const work = session.work ?? NO_WORK;
  switch (event.type) {
    case 'begun':
      return { ...now, status: 'processing', work: { ...work, starts: work.starts + 1 } };
    case 'worked':
      return {
        ...now,
        stepDone: event.done,
        stepTotal: event.total,
        progress: progressed(session, session.currentStep, event.total > 0 ? event.done / event.total : 0),
        // Something came to its end: it is not this step that takes the tab down.
        work: { ...work, ...event.work, starts: 1 },
        ...(event.leftOut ? { leftOut: event.leftOut } : {})
      };
    case 'finished': {
      const next = STEPS[STEPS.indexOf(session.currentStep) + 1] ?? session.currentStep;
      return {
        ...now,
        ...event.found,
        currentStep: next,
        stepDone: 0,
        stepTotal: 0,
        progress: progressed(session, next, 0),
        work: { ...work, starts: 1 }
      };
    }
    case 'changed':
      return {
        ...now,
        currentStep: 'check',
        stepDone: 0,
        stepTotal: 0,
        centroidEmbedding: null,
        intraClassVariance: null,
        confidenceScore: null,
        leftOut: [],
        work: { ...work, starts: 1, conditioning: {} }
      };
    case 'completed':
      return ended({
        ...now,
        ...event.found,
        status: 'completed',
        progress: 1,
        modelVersion: event.modelVersion
      });
    case 'failed':
      return ended({ ...now, status: 'failed', error: event.error });
    case 'cancelled':
      return ended({ ...now, status: 'cancelled' });
  }
}

export function newSession(
  id: string,
  speakerProfileId: string,
  origin: NonNullable<TrainingSession['origin']>,
  at: number
): TrainingSession {
  return {
    id,
    speakerProfileId,
    modelType: 'ecapa-tdnn',
    status: 'pending',
    progress: 0,
    currentStep: 'check',
    stepDone: 0,
    stepTotal: 0,
    sampleCount: 0,
    totalDurationMs: 0,
    centroidEmbedding: null,
    intraClassVariance: null,
    confidenceScore: null,
    modelVersion: null,
    error: null,
    startedAt: at,
    updatedAt: at,
    completedAt: null,
    origin,
    leftOut: [],
    work: NO_WORK
  };
}

export function isActive({ status }: TrainingSession): boolean {
  return status === 'pending' || status === 'processing';
}

/** 0…1 of the whole when `fraction` of `step` is done. It never goes back. */
function progressed(session: TrainingSession, step: TrainingStep, fraction: number): number {
  const before = STEPS.slice(0, STEPS.indexOf(step)).reduce((sum, each) => sum + SHARES[each], 0);
  const done = before + SHARES[step] * Math.min(1, Math.max(0, fraction));
  return Math.max(session.progress, done / WHOLE);
}

const NO_WORK: TrainingWork = { starts: 0, recordings: [], unheard: [], conditioning: {} };

function ended(session: TrainingSession): TrainingSession {
  const { work: _, ...rest } = session;
  return { ...rest, completedAt: session.updatedAt };
}
