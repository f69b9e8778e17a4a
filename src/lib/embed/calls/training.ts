/** Trainings, in the person's own studio. A host sees the person's and its own, never another host's. */
import * as v from 'valibot';
import { cancelled, firstThat } from '$lib/abort';
import type { TrainingSession, Voice } from '$lib/voice';
import { TimbreError } from '$workers/contract';
import type { TrainingStatus } from '$sdk/protocol';
import type { CallContext } from './context';
import { call, id, profileId } from './input';
import { isOver, trainingOf } from './shapes';
import { isVisibleTo } from './visible';

const startSchema = v.object({ speakerProfileId: profileId });

export const startTraining = call<typeof startSchema, 'startTraining'>(
  startSchema,
  ({ speakerProfileId }, context) =>
    begin(context, speakerProfileId, ({ training }, host) => training.start(speakerProfileId, { host }))
);

const recalibrateSchema = v.object({ userId: profileId });

export const recalibrateVoiceModel = call<typeof recalibrateSchema, 'recalibrateVoiceModel'>(
  recalibrateSchema,
  ({ userId }, context) =>
    begin(context, userId, ({ training }, host) => training.recalibrate(userId, { host }))
);

const statusSchema = v.object({ sessionId: id });

export const getTrainingStatus = call<typeof statusSchema, 'getTrainingStatus'>(
  statusSchema,
  async ({ sessionId }, { app: open, host }) => {
    const { training } = await (await open()).voice();
    const session = await training.get(sessionId);
    if (!isVisibleTo(host, session)) throw new TimbreError('storage/not-found', `no training ${sessionId}`);
    return trainingOf(session);
  }
);

/** A voice that is being trained already gives that training; one of another host's is waited for and not shown. */
async function begin(
  { app: open, host, signal, onTraining }: CallContext,
  profile: string,
  start: (voice: Voice, host: string) => Promise<TrainingSession>
): Promise<TrainingStatus> {
  const voice = await (await open()).voice();
  let session = await start(voice, host);
  while (!isVisibleTo(host, session)) {
    const { id: running } = session;
    const hasEnded = (all: readonly TrainingSession[]) =>
      !all.some((each) => each.id === running && !isOver(each));
    await firstThat(voice.training.sessions(profile), hasEnded, signal);
    if (signal.aborted) throw cancelled();
    session = await start(voice, host);
  }
  onTraining(session, voice);
  return trainingOf(session);
}
