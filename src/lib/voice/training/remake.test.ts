import { describe, expect, it } from 'vitest';
import { tabLocks } from '$lib/locks';
import { ME, messageRecordingId, type VoiceModel } from '$lib/storage';
import { MATCHED } from '$workers/contract';
import { removeSample } from '../samples/remove';
import { intraClassVariance, leaveOneOut, weightedCentroid } from './centroid';
import { confidenceOf } from './confidence';
import { DAY_MS } from './models';
import { CONSENT, enroller, openStudio, vectorOf, type Studio } from './studio.testing';

const voice = (take: number, durationMs = 4000) => ({ voice: 1, take, durationMs });

/** With samples `s1` … of one voice, trained; the engine `slow` keeps a vector of them, the matched voice its settings. */
async function trainedStudio(count: number): Promise<Studio> {
  const studio = await openStudio();
  studio.deps.enrollers = [enroller('slow', () => studio), enroller(MATCHED, () => studio)];
  for (let take = 1; take <= count; take++) await studio.sample(`s${take}`, voice(take));
  await train(studio);
  return studio;
}

async function train(studio: Studio, profileId = ME): Promise<void> {
  await studio.training.start(profileId);
  await studio.training.idle();
}

const remove = (studio: Studio, id: string) => removeSample(studio.deps, id);
const inUse = (studio: Studio) => studio.training.modelInUse(ME);
async function versions(studio: Studio): Promise<number[]> {
  const models = await studio.storage.store.where('voiceModels', 'speakerProfileId', ME);
  return models.map(({ version }) => version).sort();
}
const idsIn = (model: VoiceModel | null) => model?.samples.map(({ sampleId }) => sampleId).sort();

describe('a sample that is removed for good', () => {
  it('is no part of the voice any more: a new version of what is left, with every figure anew', async () => {
    const studio = await trainedStudio(4);
    const before = await inUse(studio);
    const heard = studio.count('embed') + studio.count('enrol');
    studio.time.now += 3 * DAY_MS;
    const { forget } = await remove(studio, 's2');
    expect(await inUse(studio)).toEqual(before);
    await forget();
    const left = [4, 3, 1].map((take) => ({ vector: vectorOf(1, take), weight: 1 }));
    const similarities = leaveOneOut(left);
    expect(await inUse(studio)).toMatchObject({
      version: 2,
      origin: 'remade',
      centroid: weightedCentroid(left),
      intraClassVariance: intraClassVariance(left),
      audioCount: 3,
      totalDurationMs: 12_000,
      qualityScore: 0.6,
      confidenceScore: confidenceOf(similarities, 12_000),
      // The settings of a base voice stay; a vector of the recordings themselves goes.
      conditioning: { [MATCHED]: before?.conditioning[MATCHED] },
      // It is as old as it was, and due when it was.
      updatedAt: before?.updatedAt,
      nextRecalibrationAt: before?.nextRecalibrationAt
    });
    expect(Object.keys((await inUse(studio))?.conditioning ?? {})).toEqual([MATCHED]);
    expect((await inUse(studio))?.samples.map(({ similarity }) => similarity)).toEqual(similarities);
    expect(studio.count('embed') + studio.count('enrol')).toBe(heard);
    expect(await versions(studio)).toEqual([2]);
    expect((await studio.storage.store.all('trainings'))[0]?.centroidEmbedding).toBeNull();
    expect(studio.problems).toEqual([]);
  });

  it('and had back in time changes nothing', async () => {
    const studio = await trainedStudio(3);
    const before = await inUse(studio);
    await (await remove(studio, 's1')).undo();
    await studio.training.resume();
    expect(await inUse(studio)).toEqual(before);
    expect(await versions(studio)).toEqual([1]);
  });

  it('of which the versions that have it go, and the others stay', async () => {
    const studio = await trainedStudio(2);
    await studio.sample('s3', voice(3));
    await train(studio);
    await studio.sample('s4', voice(4));
    await train(studio);
    await studio.training.use(ME, 1);
    await (await remove(studio, 's3')).forget();
    expect(await versions(studio)).toEqual([1]);
    expect(await inUse(studio)).toMatchObject({ version: 1, origin: 'trained' });

    await (await remove(studio, 's1')).forget();
    expect(await versions(studio)).toEqual([2]);
    expect(idsIn(await inUse(studio))).toEqual(['s2']);
  });

  it('and is the last one takes the voice model with it', async () => {
    const studio = await trainedStudio(1);
    await (await remove(studio, 's1')).forget();
    expect(await versions(studio)).toEqual([]);
    expect(await inUse(studio)).toBeNull();
    expect((await studio.storage.store.get('profiles', ME))?.modelVersion).toBeNull();
  });

  it('and only those that count nothing are left: the voice model goes, too', async () => {
    const studio = await openStudio();
    await studio.sample('s1', voice(1));
    await studio.sample('clipped', voice(2), { weight: 0, problems: ['clipped'] });
    await train(studio);
    await (await remove(studio, 's1')).forget();
    expect(await inUse(studio)).toBeNull();
  });

  it('and never counted leaves the voice model as it is', async () => {
    const studio = await trainedStudio(2);
    await studio.sample('new', voice(3));
    await studio.sample('clipped', voice(4), { weight: 0, problems: ['clipped'] });
    const before = await inUse(studio);
    await (await remove(studio, 'new')).forget();
    await (await remove(studio, 'clipped')).forget();
    expect(await inUse(studio)).toEqual(before);
  });

  it('waits for another one that can still be had back', async () => {
    const studio = await trainedStudio(3);
    const [first, second] = [await remove(studio, 's1'), await remove(studio, 's2')];
    await first.forget();
    expect(await versions(studio)).toEqual([1]);
    await second.undo();
    expect(idsIn(await inUse(studio))).toEqual(['s2', 's3']);
  });
});

describe('a page that is lost before the end', () => {
  it('is made up for when the app is next open', async () => {
    const studio = await trainedStudio(3);
    await remove(studio, 's1');
    const later = await studio.next();
    expect(await versions(later)).toEqual([1]);
    await later.training.resume();
    expect(idsIn(await inUse(later))).toEqual(['s2', 's3']);
    expect(await versions(later)).toEqual([2]);
  });

  it('but not by another tab, while this one can still have it back', async () => {
    const locks = tabLocks();
    const studio = await trainedStudio(3);
    studio.deps.locks = locks;
    const { forget } = await remove(studio, 's1');
    const other = await studio.next(locks);
    await other.training.resume();
    expect(await versions(other)).toEqual([1]);
    await forget();
    expect(await versions(other)).toEqual([2]);
  });
});

describe('recordings of messages in the same voice model', () => {
  it('stay in it: their vectors are kept with it', async () => {
    const studio = await openStudio();
    await studio.sample('s1', voice(1));
    await studio.sample('s2', voice(2));
    await studio.message('m', voice(3, 8000));
    await studio.training.recalibrate(ME);
    await studio.training.idle();
    const heard = studio.count('embed');
    await (await remove(studio, 's1')).forget();
    const left = [2, 3].map((take) => ({ vector: vectorOf(1, take), weight: 1 }));
    expect(await inUse(studio)).toMatchObject({
      centroid: weightedCentroid(left),
      audioCount: 2,
      totalDurationMs: 12_000
    });
    expect(idsIn(await inUse(studio))).toEqual([messageRecordingId('m'), 's2']);
    expect(studio.count('embed')).toBe(heard);
    // Now it is only the message's, and still a voice.
    await (await remove(studio, 's2')).forget();
    expect(await inUse(studio)).toMatchObject({ version: 3, audioCount: 1, centroid: vectorOf(1, 3) });
  });

  it('of a version from before that was so are left out', async () => {
    const studio = await openStudio();
    for (const take of [1, 2]) await studio.sample(`s${take}`, voice(take));
    await studio.message('m', voice(3, 8000));
    await studio.training.recalibrate(ME);
    await studio.training.idle();
    await studio.storage.store.write(['voiceModels'], async (unit) => {
      const [model] = await unit.all('voiceModels');
      if (!model) return;
      const samples = model.samples.map(({ embedding: _, durationMs: __, ...sample }) => sample);
      await unit.put('voiceModels', { ...model, samples });
    });
    await (await remove(studio, 's1')).forget();
    expect(idsIn(await inUse(studio))).toEqual(['s2']);
  });
});

it('a sample of somebody else leaves my voice as it is', async () => {
  const studio = await trainedStudio(2);
  await studio.profile('ada', { consent: CONSENT });
  await studio.sample('a1', { voice: 2, take: 1, durationMs: 4000 }, { speakerProfileId: 'ada' });
  await train(studio, 'ada');
  await (await remove(studio, 'a1')).forget();
  expect(await studio.training.modelInUse('ada')).toBeNull();
  expect(await versions(studio)).toEqual([1]);
});

it('a training under way begins anew without it, and nothing is made anew beside it', async () => {
  const studio = await trainedStudio(3);
  let gone: Promise<void> | undefined;
  studio.gates.enrol = () => {
    gone ??= remove(studio, 's1').then(({ forget }) => forget());
    return gone;
  };
  await train(studio);
  expect(await inUse(studio)).toMatchObject({ origin: 'trained' });
  expect(idsIn(await inUse(studio))).toEqual(['s2', 's3']);
  expect(await versions(studio)).toEqual([2, 3]);
});
