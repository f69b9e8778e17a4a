import { type TrainingSession, type VoiceModel } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { StartOptions, Training } from '../types';
import { advance, isActive, newSession } from './machine';
import { materialFor } from './material';
import { consentingProfile, modelId, modelInUse, profileOf } from './models';
import { TrainingQueue } from './queue';
import { leaveOutAllRemoved } from './remake';
import { dueProfiles } from './recalibrate';
import type { TrainingDeps } from './types';

export interface TrainingHere extends Training {
  /** Resolves when this tab has no training left to do. */
  idle(): Promise<void>;
}

export function createTraining(deps: TrainingDeps): TrainingHere {
  const queue = new TrainingQueue(deps);
  const { store, settings } = deps.storage;

  /** The refusals come here and not in a row: a training that can't begin leaves none. */
  async function begin(
    profileId: string,
    origin: NonNullable<TrainingSession['origin']>,
    { host }: StartOptions = {}
  ): Promise<TrainingSession> {
    const current = await settings.get();
    const fresh: TrainingSession = {
      ...newSession(deps.newId(), profileId, origin, deps.clock.now()),
      ...(host === undefined ? {} : { host })
    };
    const session = await store.write(['trainings', 'profiles', 'samples', 'messages'], async (unit) => {
      const running = (await unit.where('trainings', 'speakerProfileId', profileId)).find(isActive);
      if (running) return running;
      await consentingProfile(unit, profileId, fresh.startedAt);
      await materialFor(unit, fresh, current);
      await unit.put('trainings', fresh);
      return fresh;
    });
    queue.kick();
    return session;
  }

  async function end(sessions: (session: TrainingSession) => boolean): Promise<void> {
    const at = deps.clock.now();
    const ended = await store.write(['trainings'], async (unit) => {
      const active = (await unit.all('trainings')).filter(
        (session) => isActive(session) && sessions(session)
      );
      for (const session of active) await unit.put('trainings', advance(session, { type: 'cancelled', at }));
      return active;
    });
    for (const { id } of ended) queue.abort(id);
  }

  return {
    sessions: (profileId) =>
      store.live(async (reader) =>
        (await reader.where('trainings', 'speakerProfileId', profileId)).sort(
          (a, b) => b.startedAt - a.startedAt
        )
      ),
    async get(sessionId) {
      const session = await store.get('trainings', sessionId);
      if (!session) throw new TimbreError('storage/not-found', `no training ${sessionId}`);
      return session;
    },
    start: (profileId, options) => begin(profileId, 'trained', options),
    recalibrate: (profileId, options) => begin(profileId, 'recalibrated', options),
    async cancel(sessionId) {
      // The engines first: they may need a moment of the machine that the tables are then free to use.
      queue.abort(sessionId);
      await end(({ id }) => id === sessionId);
    },
    async resume() {
      await leaveOutAllRemoved(deps);
      if ((await store.all('trainings')).some(isActive)) queue.kick();
      for (const profileId of await dueProfiles(deps)) await begin(profileId, 'recalibrated');
    },
    models: (profileId) =>
      store.live(async (reader) =>
        (await reader.where('voiceModels', 'speakerProfileId', profileId)).sort(
          (a, b) => b.version - a.version
        )
      ),
    async modelInUse(profileId): Promise<VoiceModel | null> {
      return modelInUse(store, await profileOf(store, profileId, deps.clock.now()));
    },
    async use(profileId, version) {
      await store.write(['voiceModels', 'profiles'], async (unit) => {
        const profile = await consentingProfile(unit, profileId, deps.clock.now());
        if (!(await unit.get('voiceModels', modelId(profileId, version))))
          throw new TimbreError('storage/not-found', `no version ${version} of the voice of ${profileId}`);
        await unit.put('profiles', { ...profile, modelVersion: version, updatedAt: deps.clock.now() });
      });
    },
    async removeModels(profileId) {
      await end(({ speakerProfileId }) => speakerProfileId === profileId);
      await store.write(['voiceModels', 'profiles'], async (unit) => {
        for (const { id } of await unit.where('voiceModels', 'speakerProfileId', profileId))
          await unit.remove('voiceModels', id);
        const profile = await unit.get('profiles', profileId);
        if (profile)
          await unit.put('profiles', { ...profile, modelVersion: null, updatedAt: deps.clock.now() });
      });
    },
    idle: () => queue.idle()
  };
}
