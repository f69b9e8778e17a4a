import { fold, ME, type SpeakerProfile, type Unit } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { consentSentence } from '../phrases';
import type { StudioDeps } from '../samples/types';
import type { Profiles } from '../types';
import { listenToConsent } from './consent';
import { eraseIn, VOICE_TABLES, withdrawIn } from './erase';
import { exportVoice } from './exportAll';
import { ensureProfile, newProfile, readProfiles } from './rows';
import { storedOf } from './stored';

/** A longer name is cut: it is for display, and is said in a sentence. */
const LONGEST_NAME = 100;

export function createProfiles(deps: StudioDeps): Profiles {
  const { storage } = deps;
  const { store } = storage;

  const get = (id: string): Promise<SpeakerProfile> =>
    store.write(['profiles'], (unit) => ensureProfile(unit, id, deps.clock.now()));

  async function change(
    id: string,
    work: (profile: SpeakerProfile) => Partial<SpeakerProfile>
  ): Promise<void> {
    await store.write(['profiles'], async (unit) => {
      const profile = await ensureProfile(unit, id, deps.clock.now());
      await unit.put('profiles', { ...profile, ...work(profile), updatedAt: deps.clock.now() });
    });
  }

  /** Room that it makes is used for what only memory holds. */
  async function takeAway(work: (unit: Unit) => Promise<void>): Promise<void> {
    await store.write(VOICE_TABLES, work);
    await storage.save();
    await storage.refresh();
  }

  async function sentenceFor(id: string, language: Lang): Promise<string> {
    return consentSentence(language, (await get(id)).name);
  }

  return {
    all: store.live(readProfiles),
    get,

    async create(name) {
      const checked = checkedName(name);
      const fresh = deps.newId();
      return store.write(['profiles', 'people'], async (unit) => {
        const taken = new Set(await unit.ids('profiles'));
        const person = (await unit.all('people')).find(
          ({ id, name: called, deletedAt }) =>
            deletedAt === null && id !== ME && !taken.has(id) && fold(called) === fold(checked)
        );
        const profile = newProfile(person?.id ?? fresh, checked, deps.clock.now());
        await unit.put('profiles', profile);
        return profile;
      });
    },

    async rename(id, name) {
      const checked = id === ME ? shortened(name) : checkedName(name);
      await change(id, () => ({ name: checked }));
    },

    consentSentence: sentenceFor,

    async giveConsent(id, blob, language, { signal } = {}) {
      const before = await get(id);
      const text = await sentenceFor(id, language);
      const options = { text, language, ...(signal ? { signal } : {}) };
      const { consent, sound } = await listenToConsent(deps, id, blob, options);
      await store.write(['profiles', 'audio'], async (unit) => {
        const profile = await unit.get('profiles', id);
        // Emptied or deleted meanwhile: nobody is left who could have said it.
        if (!profile || profile.createdAt !== before.createdAt)
          throw new TimbreError('storage/not-found', `no profile ${id}`);
        if (profile.consent) await unit.remove('audio', profile.consent.audioId);
        await unit.put('audio', sound);
        await unit.put('profiles', { ...profile, consent, updatedAt: consent.givenAt });
      });
    },

    withdrawConsent: (id) =>
      takeAway(async (unit) =>
        withdrawIn(unit, await ensureProfile(unit, id, deps.clock.now()), deps.clock.now())
      ),

    erase: (id) =>
      takeAway(async (unit) =>
        eraseIn(unit, await ensureProfile(unit, id, deps.clock.now()), deps.clock.now())
      ),

    exportAll: async (id) => exportVoice(storage, await get(id), deps.clock.now()),
    stored: (id) => store.live((reader) => storedOf(reader, id))
  };
}

function shortened(name: string): string {
  return name.trim().slice(0, LONGEST_NAME);
}

/** `me` may have none: the page says "You". */
function checkedName(name: string): string {
  const checked = shortened(name);
  if (checked === '') throw new TimbreError('input/invalid', 'a name is needed');
  return checked;
}
