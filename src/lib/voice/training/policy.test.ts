import { describe, expect, it } from 'vitest';
import { ME, type VoiceModel } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { ChosenVoice, VoiceRequest } from '../types';
import { improve } from './assess';
import { CALIBRATION } from './calibration';
import { cosine, improved, weightedCentroid } from './centroid';
import { DAY_MS } from './models';
import { CONSENT, ENCODER, openStudio, sound, vectorOf, type Said, type Studio } from './studio.testing';

const MONTH_MS = 31 * DAY_MS;
const long = (take: number, voice = 1): Said => ({ voice, take, durationMs: 12_000 });
const short = (take: number, voice = 1): Said => ({ voice, take, durationMs: 3000 });

function requestFor(said: Said | null, change: Partial<VoiceRequest> = {}): VoiceRequest {
  return {
    speakerId: ME,
    messageId: 'now',
    durationMs: said?.durationMs ?? 0,
    recording: said ? () => Promise.resolve(sound(said)) : null,
    ...change
  };
}

function voiceFor(studio: Studio, said: Said | null, change: Partial<VoiceRequest> = {}) {
  return studio.policy.voiceFor(requestFor(said, change), { signal: new AbortController().signal });
}

const models = async (studio: Studio): Promise<VoiceModel[]> => studio.storage.store.all('voiceModels');

/** With a voice model of three samples, one version old. */
async function withModel(): Promise<{ studio: Studio; model: VoiceModel }> {
  const studio = await openStudio();
  for (let take = 1; take <= 3; take++) await studio.sample(`s${take}`, long(take));
  await studio.training.start(ME);
  await studio.training.idle();
  const model = await studio.training.modelInUse(ME);
  if (!model) throw new Error('no model');
  studio.calls.length = 0;
  return { studio, model };
}

describe('a young voice model', () => {
  it('is used as it is, and nothing is listened to', async () => {
    const { studio, model } = await withModel();
    studio.time.now += 29 * DAY_MS;
    const request = requestFor(long(4), { recording: () => Promise.reject(new Error('not asked for')) });
    const chosen = await studio.policy.voiceFor(request, { signal: new AbortController().signal });
    expect(chosen).toEqual({
      conditioning: { profileId: ME, centroid: model.centroid, engines: model.conditioning },
      quality: model.qualityScore,
      embeddingModel: ENCODER
    });
    expect(studio.calls).toEqual([]);
  });

  it('is the one that the person went back to', async () => {
    const { studio, model } = await withModel();
    await studio.training.start(ME);
    await studio.training.idle();
    await studio.training.use(ME, 1);
    expect((await voiceFor(studio, long(4)))?.conditioning.centroid).toEqual(model.centroid);
  });

  it('is as young as the setting says', async () => {
    const { studio } = await withModel();
    await studio.storage.settings.set({ voiceModelMaxAgeDays: 1 });
    studio.time.now += 2 * DAY_MS;
    await voiceFor(studio, long(4));
    expect(await models(studio)).toHaveLength(2);
  });
});

describe('an old voice model', () => {
  it('is improved with the message’s own recording: 0.7 old, 0.3 new', async () => {
    const { studio, model } = await withModel();
    studio.time.now += MONTH_MS;
    const progress: number[] = [];
    const chosen = await studio.policy.voiceFor(requestFor(long(4)), {
      signal: new AbortController().signal,
      onProgress: ({ fraction }) => progress.push(fraction)
    });
    const centroid = improved(model.centroid, vectorOf(1, 4), 0.7);
    expect(chosen?.conditioning.centroid).toEqual(centroid);
    expect(await studio.training.modelInUse(ME)).toMatchObject({
      version: 2,
      origin: 'improved',
      centroid,
      audioCount: 4,
      totalDurationMs: 48_000,
      qualityScore: 0.8,
      // What the engines made of the voice stays.
      conditioning: model.conditioning
    });
    expect(studio.calls).toEqual(['embed 1/4']);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect((await studio.storage.store.get('voiceModels', 'me:1'))?.centroid).toEqual(model.centroid);
  });

  it('with the share that the setting says, and young again', async () => {
    const { studio, model } = await withModel();
    await studio.storage.settings.set({ voiceOldWeight: 0.5 });
    studio.time.now += MONTH_MS;
    expect((await voiceFor(studio, long(4)))?.conditioning.centroid).toEqual(
      improved(model.centroid, vectorOf(1, 4), 0.5)
    );
    await voiceFor(studio, long(5));
    expect(await models(studio)).toHaveLength(2);
  });

  it('asks quick engines that it lacks, and no slow ones', async () => {
    const { studio, model } = await withModel();
    await studio.storage.store.write(['voiceModels'], (unit) =>
      unit.put('voiceModels', { ...model, conditioning: {} })
    );
    studio.time.now += MONTH_MS;
    expect((await voiceFor(studio, long(4)))?.conditioning.engines).toMatchObject({ quick: { clips: 1 } });
    expect(studio.calls).toEqual(['embed 1/4', 'enrol quick']);
  });

  it.each([
    ['of another voice', long(4, 2)],
    ['of nothing', { voice: 0, take: 0, durationMs: 12_000 }],
    ['of less than half a second', { voice: 1, take: 4, durationMs: 300 }],
    ['typed', null]
  ])('is used as it is for a message %s', async (_, said) => {
    const { studio, model } = await withModel();
    studio.time.now += MONTH_MS;
    expect((await voiceFor(studio, said))?.conditioning.centroid).toEqual(model.centroid);
    expect(await models(studio)).toHaveLength(1);
    expect(studio.problems).toEqual([]);
  });

  it('is improved by a recording that is four fifths as like it as its own are, and by none that is less', async () => {
    const { studio, model } = await withModel();
    const like = cosine(vectorOf(1, 4), model.centroid);
    const withUsual = async (usual: number) => {
      const samples = model.samples.map((sample) => ({ ...sample, similarity: usual }));
      await studio.storage.store.write(['voiceModels', 'profiles'], (unit) =>
        unit.put('voiceModels', { ...model, samples })
      );
      await voiceFor(studio, long(4));
      return (await models(studio)).length;
    };
    studio.time.now += MONTH_MS;
    expect(await withUsual(like / 0.8 + 0.01)).toBe(1);
    expect(await withUsual(like / 0.8 - 0.01)).toBe(2);
  });

  it('is used as it is when the encoder fails, and it is told', async () => {
    const { studio, model } = await withModel();
    studio.time.now += MONTH_MS;
    studio.gates.embed = () => Promise.reject(new TimbreError('model/load-failed', 'no'));
    expect((await voiceFor(studio, long(4)))?.conditioning.centroid).toEqual(model.centroid);
    expect(studio.problems).toMatchObject([{ code: 'model/load-failed' }]);
  });

  it('of another encoder is not mixed with this one’s vectors', async () => {
    const { studio, model } = await withModel();
    studio.time.now += MONTH_MS;
    studio.encoder.name = 'fake/larger';
    expect((await voiceFor(studio, long(4)))?.conditioning.centroid).toEqual(model.centroid);
    expect(await models(studio)).toHaveLength(1);
  });

  it('that was emptied or replaced meanwhile does not come back', async () => {
    const { studio } = await withModel();
    studio.time.now += MONTH_MS;
    studio.gates.embed = () => studio.profile(ME, { createdAt: 77 });
    expect(await voiceFor(studio, long(4))).toBeNull();
    expect(await models(studio)).toHaveLength(1);
  });
});

describe('of one recording alone', () => {
  it('the usual similarity is what was measured, and the second gives both theirs', async () => {
    const studio = await openStudio();
    await voiceFor(studio, long(1));
    const [model] = await models(studio);
    if (!model) throw new Error('no model');
    expect(model.samples).toMatchObject([{ sampleId: 'message:now', similarity: 1 }]);
    const recording = { id: 'b', vector: vectorOf(1, 2), weight: 1, durationMs: 12_000 };
    const similarity = cosine(recording.vector, model.centroid);
    expect(similarity).toBeGreaterThan(0.8 * CALIBRATION.typicalSimilarity);
    expect(improve(model, recording, 0.7).samples.map((sample) => sample.similarity)).toEqual([
      similarity,
      similarity
    ]);
  });
});

describe('without a voice model, one is created', () => {
  it('from a message of ten seconds and more alone, by quick engines only', async () => {
    const studio = await openStudio();
    await studio.sample('s1', long(1));
    await studio.sample('weak', long(2), { weight: 0 });
    const chosen = await voiceFor(studio, long(4));
    expect(chosen).toMatchObject({
      quality: 0.5,
      conditioning: { profileId: ME, engines: { quick: { clips: 1 } } }
    });
    expect(chosen?.conditioning.centroid).toEqual(weightedCentroid([{ vector: vectorOf(1, 4), weight: 1 }]));
    expect(await studio.training.modelInUse(ME)).toMatchObject({
      version: 1,
      origin: 'created',
      audioCount: 1,
      embeddingModel: ENCODER
    });
    expect(studio.calls).toEqual(['embed 1/4', 'enrol quick']);
    await voiceFor(studio, long(5));
    expect(await models(studio)).toHaveLength(1);
  });

  it('never from a file: anybody may speak in it, whoever sends it', async () => {
    const studio = await openStudio();
    await studio.message('earlier', long(5), { source: 'file' });
    await studio.message('now', long(4), { source: 'file' });
    expect(await voiceFor(studio, long(4))).toBeNull();
    expect(studio.calls).toEqual([]);
  });

  it('from a short message with the last recordings: samples first, then earlier messages', async () => {
    const studio = await openStudio();
    await studio.message('m1', short(11));
    await studio.message('m2', short(12));
    await studio.message('theirs', short(13, 2), { senderId: 'ana' });
    await studio.message('now', short(4));
    await studio.sample('s1', short(1), { embedding: vectorOf(1, 1), embeddingModel: ENCODER });
    await studio.sample('s2', short(2));
    await voiceFor(studio, short(4));
    const model = await studio.training.modelInUse(ME);
    expect(model?.samples.map(({ sampleId }) => sampleId)).toEqual([
      'message:now',
      's2',
      's1',
      'message:m2',
      'message:m1'
    ]);
    expect(model).toMatchObject({
      totalDurationMs: 15_000,
      conditioning: { quick: { clips: 5, language: 'en' } }
    });
    // What was embedded is not embedded again.
    expect(studio.calls).toEqual(['embed 1/4', 'embed 1/2', 'embed 1/12', 'embed 1/11', 'enrol quick']);
  });

  it('with as many as the setting says, the newest', async () => {
    const studio = await openStudio();
    for (let take = 1; take <= 4; take++) await studio.message(`m${take}`, short(take));
    await studio.sample('s', short(9));
    await studio.storage.settings.set({ voiceHistoryCount: 3 });
    await voiceFor(studio, short(5));
    expect((await studio.training.modelInUse(ME))?.samples.map(({ sampleId }) => sampleId)).toEqual([
      'message:now',
      's',
      'message:m4',
      'message:m3'
    ]);
    await studio.training.removeModels(ME);
    await studio.storage.settings.set({ voiceMinDurationMs: 0 });
    await voiceFor(studio, short(5));
    expect(await studio.training.modelInUse(ME)).toMatchObject({ audioCount: 1 });
  });

  it('from the first minute of a long message', async () => {
    const studio = await openStudio();
    await voiceFor(studio, { voice: 1, take: 1, durationMs: 200_000 });
    expect(await studio.training.modelInUse(ME)).toMatchObject({
      totalDurationMs: 60_000,
      qualityScore: 0.9
    });
  });

  it('without waiting long for earlier recordings', async () => {
    const studio = await openStudio();
    for (let take = 1; take <= 4; take++) await studio.message(`m${take}`, short(take));
    studio.gates.embed = () => void (studio.time.now += 1600);
    await voiceFor(studio, short(5));
    expect(studio.count('embed')).toBe(3);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ audioCount: 3 });
  });

  it('from the samples for a typed message, or one in which nothing is heard', async () => {
    for (const said of [
      null,
      { voice: 0, take: 0, durationMs: 12_000 },
      { voice: 1, take: 1, durationMs: 200 }
    ]) {
      const studio = await openStudio();
      await studio.sample('s1', long(1));
      expect(await voiceFor(studio, said)).not.toBeNull();
      expect((await studio.training.modelInUse(ME))?.samples).toMatchObject([{ sampleId: 's1' }]);
      expect(studio.problems).toEqual([]);
    }
  });

  it('without recordings of somebody else among them', async () => {
    const studio = await openStudio();
    for (let take = 1; take <= 3; take++) await studio.message(`m${take}`, short(take));
    await studio.message('lent', short(1, 2));
    await voiceFor(studio, short(5));
    const model = await studio.training.modelInUse(ME);
    expect(model?.samples.filter(({ setAside }) => setAside).map(({ sampleId }) => sampleId)).toEqual([
      'message:lent'
    ]);
    expect(model).toMatchObject({ audioCount: 4, conditioning: { quick: { clips: 4 } } });
  });

  it.each([
    ['there is nothing', null],
    ['it is silent', { voice: 0, take: 0, durationMs: 12_000 }],
    ['it is shorter than half a second', { voice: 1, take: 1, durationMs: 400 }],
    ['it is empty', { voice: 1, take: 1, durationMs: 0 }]
  ])('not when %s: a base voice speaks', async (_, said) => {
    const studio = await openStudio();
    expect(await voiceFor(studio, said)).toBeNull();
    expect(await models(studio)).toEqual([]);
    expect(studio.problems).toEqual([]);
  });

  it('not when the encoder fails: a base voice speaks, and it is told', async () => {
    const studio = await openStudio();
    studio.gates.embed = () => Promise.reject(new TimbreError('worker/crashed', 'no'));
    expect(await voiceFor(studio, long(1))).toBeNull();
    expect(studio.problems).toMatchObject([{ code: 'worker/crashed' }]);
  });

  it('also when an engine fails, without it', async () => {
    const studio = await openStudio();
    studio.gates.enrol = () => Promise.reject(new TimbreError('model/run-failed', 'no'));
    expect((await voiceFor(studio, long(1)))?.conditioning.engines).toEqual({});
  });

  it('not beside one that was trained meanwhile: that one is used', async () => {
    const studio = await openStudio();
    for (let take = 1; take <= 3; take++) await studio.sample(`s${take}`, short(take));
    await studio.profile(ME);
    let begun = false;
    studio.gates.enrol = async () => {
      if (begun) return;
      begun = true;
      await studio.training.start(ME);
      await studio.training.idle();
    };
    const chosen = await voiceFor(studio, long(4));
    const all = await models(studio);
    expect(all.map(({ origin }) => origin)).toEqual(['trained']);
    expect(chosen?.conditioning.centroid).toEqual(all[0]?.centroid);
  });
});

describe('other people', () => {
  it('have a voice with their consent only', async () => {
    const studio = await openStudio();
    await studio.profile('ana');
    expect(await voiceFor(studio, long(1), { speakerId: 'ana' })).toBeNull();
    expect(studio.calls).toEqual([]);
    await studio.profile('ana', { consent: CONSENT });
    expect(await voiceFor(studio, long(1), { speakerId: 'ana' })).toMatchObject({
      conditioning: { profileId: 'ana' }
    });
  });

  it('have none once they withdraw it, also while one is made', async () => {
    const studio = await openStudio();
    await studio.profile('ana', { consent: CONSENT });
    studio.gates.enrol = () => studio.profile('ana');
    expect(await voiceFor(studio, long(1), { speakerId: 'ana' })).toBeNull();
    expect(await models(studio)).toEqual([]);
  });

  it('whom nobody made a profile of have none', async () => {
    const studio = await openStudio();
    expect(await voiceFor(studio, long(1), { speakerId: 'stranger' })).toBeNull();
    expect(await studio.storage.store.all('profiles')).toEqual([]);
  });
});

it.each(['embed', 'enrol'] as const)(
  'cancelled while it waits (%s), it stops and keeps nothing',
  async (what) => {
    const studio = await openStudio();
    const controller = new AbortController();
    studio.gates[what] = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const asked = studio.policy.voiceFor(requestFor(long(1)), { signal: controller.signal });
    await expect(asked).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(await models(studio)).toEqual([]);
    expect(studio.problems).toEqual([]);
  }
);

describe('how like the voice a finished speech is', () => {
  async function similarityOf(studio: Studio, said: Said, voice: ChosenVoice | null, rateHz = 22_050) {
    if (!voice) throw new Error('no voice');
    const { similarity } = studio.policy;
    return similarity?.(sound(said, rateHz), voice, { signal: new AbortController().signal });
  }

  it('is the cosine of its speaker, at 16 kHz, to the voice model', async () => {
    const { studio, model } = await withModel();
    const voice = await voiceFor(studio, null);
    expect(await similarityOf(studio, long(5), voice)).toBe(cosine(vectorOf(1, 5), model.centroid));
    expect(await similarityOf(studio, long(5, 2), voice)).toBeLessThan(0.4);
  });

  it('is not known of one that is too short, or by another encoder', async () => {
    const { studio } = await withModel();
    const voice = await voiceFor(studio, null);
    expect(await similarityOf(studio, { ...long(5), durationMs: 300 }, voice)).toBeNull();
    expect(studio.problems).toEqual([]);
    studio.gates.embed = () => Promise.reject(new TimbreError('worker/crashed', 'no'));
    expect(await similarityOf(studio, long(5), voice)).toBeNull();
    expect(studio.problems).toMatchObject([{ code: 'worker/crashed' }]);
    studio.encoder.name = 'fake/larger';
    expect(await similarityOf(studio, long(5), voice)).toBeNull();
  });
});
