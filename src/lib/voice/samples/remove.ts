import type { AudioRecord, VoiceSample } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { leaveOutRemoved } from '../training/remake';
import { holdForReturn } from './removal';
import { sampleOf } from './rows';
import { weighAgain } from './weigh';
import type { StudioDeps } from './types';

type RemovalDeps = Pick<StudioDeps, 'storage' | 'locks' | 'clock'>;

interface Taken {
  sample: VoiceSample;
  sound: AudioRecord | undefined;
  /** Which profile it was of: one that was emptied since is another. */
  profileCreatedAt: number | undefined;
}

/**
 * Takes a sample and its sound out of the tables at once; only this tab's memory still has them, for the way back. Its
 * share in the voice models goes with `forget`, or when the app is next open.
 * Errors: `storage/not-found`; of `undo` after `forget`, or once the profile was emptied, the same.
 */
export async function removeSample(
  deps: RemovalDeps,
  id: string
): Promise<{ undo(): Promise<void>; forget(): Promise<void> }> {
  const { storage, locks } = deps;
  let taken: Taken | null = await takeOut(deps, id);
  const letGo = await holdForReturn(locks, id);
  const { speakerProfileId } = taken.sample;
  return {
    async undo() {
      if (!taken) throw new TimbreError('storage/not-found', `sample ${id} is gone for good`);
      await putBack(deps, taken);
      taken = null;
      letGo();
      // Another one may be gone for good that waited for this one.
      await leaveOutRemoved(deps, speakerProfileId);
    },
    async forget() {
      taken = null;
      letGo();
      await leaveOutRemoved(deps, speakerProfileId);
      // The room that it had is used for what only memory holds.
      await storage.save();
      await storage.refresh();
    }
  };
}

function takeOut({ storage }: RemovalDeps, id: string): Promise<Taken> {
  return storage.store.write(['samples', 'audio', 'profiles'], async (unit) => {
    const sample = await sampleOf(unit, id);
    const sound = await unit.get('audio', sample.audioId);
    const profile = await unit.get('profiles', sample.speakerProfileId);
    await unit.remove('samples', id);
    await unit.remove('audio', sample.audioId);
    await weighAgain(unit, sample.speakerProfileId);
    return { sample, sound, profileCreatedAt: profile?.createdAt };
  });
}

async function putBack({ storage }: RemovalDeps, { sample, sound, profileCreatedAt }: Taken): Promise<void> {
  await storage.store.write(['samples', 'audio', 'profiles'], async (unit) => {
    const profile = await unit.get('profiles', sample.speakerProfileId);
    if (!profile || profile.createdAt !== profileCreatedAt)
      throw new TimbreError('storage/not-found', `profile ${sample.speakerProfileId} was emptied`);
    // What was being found out of it was dropped.
    const back: VoiceSample =
      sample.status === 'processing' ? { ...sample, status: 'pending', starts: 0 } : sample;
    await unit.put('samples', back);
    if (sound) await unit.put('audio', sound);
    await weighAgain(unit, sample.speakerProfileId);
  });
}
