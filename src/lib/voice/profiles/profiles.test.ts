import { describe, expect, test } from 'vitest';
import { ME, type TableName, type TrainingSession, type VoiceModel } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { readZip } from '$workers/library/zip';
import { newSample, openStudio, reached, recording, when, type Studio } from '../samples/harness.testing';
import { newSession } from '../training/machine';
import type { VoiceExport } from './exportAll';

const ada = (studio: Studio) => studio.profiles.create('Ada');
const allow = (what: Parameters<typeof recording>[0] = {}) =>
  recording({ says: 'I Ada allow timbre to model my voice on this device', durationMs: 5000, ...what });

function model(profileId: string, version = 1): VoiceModel {
  return {
    id: `${profileId}:${version}`,
    speakerProfileId: profileId,
    version,
    origin: 'trained',
    centroid: new Float32Array(192).fill(0.1),
    embeddingModel: 'fake/ecapa',
    intraClassVariance: 0.1,
    conditioning: { openvoice: { tone: new Float32Array([0.5, 0.25]) } },
    samples: [],
    audioCount: 1,
    totalDurationMs: 4000,
    qualityScore: 0.3,
    confidenceScore: 0.5,
    createdAt: 1,
    updatedAt: 1,
    nextRecalibrationAt: 2
  };
}

async function put(studio: Studio, id: string): Promise<TrainingSession> {
  const session = newSession(`training-${id}`, id, 'trained', 1);
  await studio.storage.store.write(['voiceModels', 'trainings', 'profiles'], async (unit) => {
    await unit.put('voiceModels', model(id));
    await unit.put('trainings', session);
    const profile = await unit.get('profiles', id);
    if (profile) await unit.put('profiles', { ...profile, modelVersion: 1 });
  });
  return session;
}

describe('profiles', () => {
  test('the own one is always there, and stored on first use', async () => {
    const studio = await openStudio();
    expect(await when(studio.profiles.all, () => true)).toMatchObject([{ id: ME, name: '' }]);
    expect(await studio.storage.store.all('profiles')).toEqual([]);
    expect(await studio.profiles.get(ME)).toMatchObject({
      id: ME,
      name: '',
      consent: null,
      modelVersion: null
    });
    expect(await studio.storage.store.all('profiles')).toHaveLength(1);
  });

  test('one made for somebody among the recipients takes their id, once', async () => {
    const studio = await openStudio();
    const languages = {
      systemLanguage: 'fr',
      regionalLanguage: null,
      customDestinationLanguage: null,
      useCustomDestination: false,
      translateToSystemLanguage: true,
      translateToRegionalLanguage: false
    } as const;
    const person = { id: 'p', name: 'Zoë', languages, createdAt: 1, updatedAt: 1, deletedAt: null };
    await studio.storage.store.write(['people'], (unit) => unit.put('people', person));
    expect((await studio.profiles.create('zoë')).id).toBe('p');
    expect((await studio.profiles.create('Zoë')).id).not.toBe('p');
  });

  test('others are made, renamed, and come after it in their order', async () => {
    const studio = await openStudio();
    const [first, second] = [await studio.profiles.create('  Zoë '), await studio.profiles.create('Bo')];
    await studio.profiles.rename(first.id, ' Zoé ');
    await studio.profiles.rename(ME, 'Ada');
    const all = await when(studio.profiles.all, (list) => list[0]?.name === 'Ada');
    expect(all.map(({ name }) => name)).toEqual(['Ada', 'Zoé', 'Bo']);
    await studio.profiles.rename(ME, ' ');
    expect((await studio.profiles.get(ME)).name).toBe('');
    for (const wrong of [studio.profiles.create(' '), studio.profiles.rename(second.id, '')])
      await expect(wrong).rejects.toMatchObject({ code: 'input/invalid' });
    for (const unknown of [
      studio.profiles.get('none'),
      studio.profiles.rename('none', 'x'),
      studio.profiles.erase('none')
    ])
      // prettier-ignore
      await expect(unknown).rejects.toMatchObject({ code: 'storage/not-found' });
  });
});

describe('consent', () => {
  test('is a sentence with the name in it', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    expect(await studio.profiles.consentSentence(id, 'en')).toBe('I, Ada, allow Timbre to model my voice on this device.'); // prettier-ignore
    expect(await studio.profiles.consentSentence(ME, 'fr')).toBe('J’autorise Timbre à modéliser ma voix sur cet appareil.'); // prettier-ignore
    await expect(studio.profiles.consentSentence(id, 'ja')).rejects.toMatchObject({
      code: 'language/unsupported'
    });
  });

  test('is kept with its recording, and a second one takes the place of the first', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    await studio.profiles.giveConsent(id, allow(), 'en');
    const { consent } = await studio.profiles.get(id);
    expect(consent).toMatchObject({ language: 'en', text: await studio.profiles.consentSentence(id, 'en'), durationMs: 5000, peaks: [0.5, 1], similarity: null }); // prettier-ignore
    expect(consent?.embedding).toHaveLength(192);
    expect(studio.calls).toContainEqual(expect.objectContaining({ step: 'transcribe', language: 'en' }));
    await studio.profiles.giveConsent(id, allow({ durationMs: 6000 }), 'en');
    const sounds = await studio.storage.store.all('audio');
    expect(sounds.map((row) => row.id)).toEqual([(await studio.profiles.get(id)).consent?.audioId]);
  });

  test('is refused for silence, for something else, and for what is over too soon', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    for (const wrong of [
      { says: '', speechShare: 0 },
      { says: 'See you tonight', confidence: 0.95, durationMs: 3000 },
      { durationMs: 1200 }
    ])
      await expect(studio.profiles.giveConsent(id, allow(wrong), 'en')).rejects.toMatchObject({
        code: 'voice/consent-words'
      });
    const { consent } = await studio.profiles.get(id);
    expect([consent, await studio.storage.store.all('audio')]).toEqual([null, []]);
  });

  test('is taken where the recogniser followed badly', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    const badly = 'Eye aid a low timber two modern miss boys honest advice for the vets';
    const reads = await studio.profiles.consentSentence(id, 'en');
    await studio.profiles.giveConsent(id, allow({ says: badly, reads, confidence: 0.55 }), 'en');
    expect((await studio.profiles.get(id)).consent).not.toBeNull();
  });

  test('is of the voice of the recordings, where there are any', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    await studio.judged({ voice: 3 }, { speakerProfileId: id });
    await expect(studio.profiles.giveConsent(id, allow({ voice: 4 }), 'en')).rejects.toMatchObject({
      code: 'voice/consent-voice'
    });
    await studio.profiles.giveConsent(id, allow({ voice: 3 }), 'en');
    expect((await studio.profiles.get(id)).consent?.similarity).toBeGreaterThan(0.8);
  });

  test('that is no longer wanted, or comes to a profile that is gone, leaves nothing', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    const controller = new AbortController();
    const working = reached(studio, 'transcribe');
    const giving = studio.profiles.giveConsent(id, allow(), 'en', { signal: controller.signal });
    await working;
    controller.abort();
    await expect(giving).rejects.toMatchObject({ code: 'job/cancelled' });

    studio.gates.transcribe = () => studio.profiles.erase(id);
    await expect(studio.profiles.giveConsent(id, allow(), 'en')).rejects.toMatchObject({
      code: 'storage/not-found'
    });
    expect(await studio.storage.store.all('audio')).toEqual([]);
    studio.gates.transcribe = () => Promise.reject(new TimbreError('model/missing', 'none'));
    await expect(studio.profiles.giveConsent(ME, allow(), 'en')).rejects.toMatchObject({
      code: 'model/missing'
    });
  });

  test('that is withdrawn takes the voice model with it, and the recordings stay', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    await studio.judged({}, { speakerProfileId: id });
    await studio.profiles.giveConsent(id, allow(), 'en');
    await put(studio, id);
    await put(studio, ME);
    await studio.profiles.withdrawConsent(id);
    expect(await studio.profiles.get(id)).toMatchObject({ consent: null, modelVersion: null });
    expect((await studio.storage.store.all('voiceModels')).map(({ speakerProfileId }) => speakerProfileId)).toEqual([ME]); // prettier-ignore
    expect(await studio.storage.store.get('trainings', `training-${id}`)).toMatchObject({
      status: 'cancelled'
    });
    expect(await studio.rows(id)).toHaveLength(1);
    expect(await studio.storage.store.all('audio')).toHaveLength(1);
  });
});

describe('erasing a profile', () => {
  const TABLES: TableName[] = ['messages', 'audio', 'versions', 'people', 'conversations', 'takes', 'takeChunks', 'jobs', 'settings', 'profiles', 'samples', 'trainings', 'voiceModels', 'hosts']; // prettier-ignore

  /** Every row of every table, as the database itself has it. */
  async function everything(studio: Studio): Promise<Record<string, { id: string }[]>> {
    const tables = studio.storage.db.tables.map(({ name }) => name);
    expect(tables.sort()).toEqual([...TABLES].sort());
    const rows = await Promise.all(
      tables.map((name) => studio.storage.db.table<{ id: string }>(name).toArray())
    );
    return Object.fromEntries(tables.map((name, index) => [name, rows[index] ?? []]));
  }

  async function fill(studio: Studio, id: string) {
    const take = { id: `take-${id}`, mimeType: 'audio/webm', startedAt: 1, durationMs: 4000, chunkCount: 1, state: 'stopped' } as const; // prettier-ignore
    await studio.storage.takes.append(take.id, 0, recording(), take);
    const left = { ...take, id: `left-${id}`, forVoice: { speakerProfileId: id, phrase: null } };
    await studio.storage.takes.append(left.id, 0, recording(), left);
    await studio.judged({ says: `of ${id}` }, { speakerProfileId: id, takeId: take.id });
    await studio.judged({ says: `more of ${id}` }, { speakerProfileId: id });
    await studio.judged({ bad: 'audio/damaged' }, { speakerProfileId: id });
    const reads = await studio.profiles.consentSentence(id, 'en');
    await studio.profiles.giveConsent(id, allow({ says: `consent of ${id}`, reads }), 'en');
    await put(studio, id);
  }

  test('leaves nothing of it in any table, and all of the others', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    await fill(studio, ME);
    const before = await everything(studio);
    await fill(studio, id);
    expect(await everything(studio)).not.toEqual(before);
    await studio.profiles.erase(id);
    const after = await everything(studio);
    expect(JSON.stringify(after)).not.toContain(id);
    expect(after).toEqual({ ...before, profiles: before['profiles']?.filter((row) => row.id !== id) });
  });

  test('empties the own one, which stays', async () => {
    const studio = await openStudio();
    await studio.profiles.rename(ME, 'Ada');
    await fill(studio, ME);
    await studio.profiles.erase(ME);
    const { profiles, ...rest } = await everything(studio);
    expect(Object.values(rest).flat()).toEqual([]);
    expect(profiles).toEqual([{ id: ME, name: '', consent: null, modelVersion: null, createdAt: expect.any(Number) as number, updatedAt: expect.any(Number) as number }]); // prettier-ignore
    expect(await when(studio.profiles.stored(ME), () => true)).toEqual({ samples: 0, models: 0, bytes: 0 });
  });

  test('also while a sample of it is worked on, and what only memory holds', async () => {
    const studio = await openStudio();
    const working = reached(studio, 'embed');
    await studio.samples.add(newSample(recording()));
    await working;
    await studio.profiles.erase(ME);
    await studio.samples.idle();
    delete studio.gates.embed;
    studio.storage.fill(true);
    await studio.judged();
    studio.storage.fill(false);
    await studio.profiles.erase(ME);
    expect([await studio.storage.store.all('samples'), await studio.storage.store.all('audio')]).toEqual([
      [],
      []
    ]);
    expect(studio.storage.store.overlay.size).toBe(0);
  });
});

describe('what is stored', () => {
  test('is counted', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    const sample = await studio.judged({}, { speakerProfileId: id });
    await put(studio, id);
    await studio.profiles.giveConsent(id, allow(), 'en');
    const { samples, models, bytes } = await when(
      studio.profiles.stored(id),
      (stored) => stored.models === 1
    );
    expect({ samples, models }).toEqual({ samples: 1, models: 1 });
    expect(bytes).toBeGreaterThan(sample.sizeBytes + allow().size + 192 * 4);
    expect(bytes).toBeLessThan(sample.sizeBytes + allow().size + 192 * 4 + 2000);
  });

  test('comes out as a zip with every sound and all that is known of it', async () => {
    const studio = await openStudio();
    const { id } = await ada(studio);
    await studio.judged({ says: 'the first' }, { speakerProfileId: id });
    await studio.judged({ says: 'the second' }, { speakerProfileId: id, blob: new Blob(['{"says":"the second"}'], { type: 'audio/mpeg' }) }); // prettier-ignore
    await studio.judged({}, {});
    await studio.profiles.giveConsent(id, allow(), 'en');
    await put(studio, id);

    const zip = await studio.profiles.exportAll(id);
    expect(zip.type).toBe('application/zip');
    const files = new Map<string, string>();
    for (const { name, open } of await readZip(zip)) {
      const decoder = new TextDecoder();
      let text = '';
      for await (const piece of open()) text += decoder.decode(piece, { stream: true });
      files.set(name, text);
    }
    expect([...files.keys()].sort()).toEqual([
      'consent.webm',
      'samples/1.webm',
      'samples/2.mp3',
      'voice.json'
    ]);
    expect(files.get('samples/2.mp3')).toBe('{"says":"the second"}');
    const known = JSON.parse(files.get('voice.json') ?? '') as VoiceExport;
    expect(known).toMatchObject({
      format: 'timbre-voice',
      version: 1,
      profile: { id, name: 'Ada' },
      consentFile: 'consent.webm',
      samples: [
        { file: 'samples/1.webm', transcript: 'the first' },
        { file: 'samples/2.mp3', transcript: 'the second' }
      ],
      voiceModels: [{ conditioning: { openvoice: { tone: [0.5, 0.25] } } }],
      trainings: [{ id: `training-${id}` }]
    });
    expect(known.samples[0]?.embedding).toHaveLength(192);
    expect(JSON.stringify(known)).not.toContain('"speakerProfileId":"me"');
  });
});
