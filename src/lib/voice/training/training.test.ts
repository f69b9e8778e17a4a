import { describe, expect, it } from 'vitest';
import { tabLocks } from '$lib/locks';
import { ME, type Live, type TrainingSession, type TrainingStep } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { leaveOneOut, weightedCentroid } from './centroid';
import { STEPS } from './machine';
import { DAY_MS } from './models';
import { CONSENT, ENCODER, heldAt, openStudio, vectorOf, type Studio } from './studio.testing';

const voice = (take: number, durationMs = 4000) => ({ voice: 1, take, durationMs });

async function studioWith(count: number): Promise<Studio> {
  const studio = await openStudio();
  for (let take = 1; take <= count; take++) await studio.sample(`s${take}`, voice(take));
  return studio;
}

async function trained(studio: Studio, profileId = ME): Promise<TrainingSession> {
  const { id } = await studio.training.start(profileId);
  await studio.training.idle();
  return studio.training.get(id);
}

function firstOf<T>(live: Live<T>): Promise<T> {
  return new Promise((resolve) => {
    const stop = live.subscribe((value) => {
      if (value === undefined) return;
      resolve(value);
      queueMicrotask(() => stop());
    });
  });
}

describe('samples become a voice model', () => {
  it('with everything that is known of it', async () => {
    const studio = await studioWith(4);
    const seen: number[] = [];
    studio.gates.step = ({ progress }) => void seen.push(progress);
    const session = await trained(studio);
    const model = await studio.training.modelInUse(ME);
    const vectors = [4, 3, 2, 1].map((take) => ({ vector: vectorOf(1, take), weight: 1 }));
    expect(model).toMatchObject({
      id: 'me:1',
      version: 1,
      origin: 'trained',
      centroid: weightedCentroid(vectors),
      embeddingModel: ENCODER,
      audioCount: 4,
      totalDurationMs: 16_000,
      qualityScore: 0.6,
      conditioning: { slow: { clips: 4, language: 'fr' }, quick: { clips: 4 } }
    });
    expect(model?.samples.map(({ similarity }) => similarity)).toEqual(leaveOneOut(vectors));
    expect(model?.nextRecalibrationAt).toBe((model?.createdAt ?? 0) + 30 * DAY_MS);
    expect(session).toMatchObject({
      status: 'completed',
      progress: 1,
      sampleCount: 4,
      totalDurationMs: 16_000,
      centroidEmbedding: model?.centroid,
      intraClassVariance: model?.intraClassVariance,
      confidenceScore: model?.confidenceScore,
      modelVersion: 1,
      leftOut: [],
      error: null
    });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect((await studio.storage.store.get('samples', 's1'))?.embedding).toEqual(vectorOf(1, 1));
    expect(studio.problems).toEqual([]);
  });

  it('of thirty, without two of another voice and one that was set aside', async () => {
    const studio = await studioWith(27);
    await studio.sample('strange-1', { voice: 2, take: 1, durationMs: 4000 });
    await studio.sample('strange-2', { voice: 2, take: 2, durationMs: 4000 });
    await studio.sample('clipped', voice(99), {
      weight: 0,
      problems: ['clipped'],
      embedding: vectorOf(1, 99),
      embeddingModel: ENCODER
    });
    const session = await trained(studio);
    const model = await studio.training.modelInUse(ME);
    expect(session).toMatchObject({ status: 'completed', sampleCount: 29, totalDurationMs: 27 * 4000 });
    expect(model).toMatchObject({ audioCount: 27, qualityScore: 1 });
    const aside = model?.samples.flatMap(({ sampleId, setAside }) =>
      setAside ? [[sampleId, setAside]] : []
    );
    expect(Object.fromEntries(aside ?? [])).toEqual({
      'strange-1': 'outlier',
      'strange-2': 'outlier',
      clipped: 'problems'
    });
    expect(model?.confidenceScore).toBeGreaterThan(0.9);
  });

  it('and only what was not embedded before, or by another encoder, is embedded', async () => {
    const studio = await studioWith(2);
    await trained(studio);
    expect(studio.count('embed')).toBe(2);
    await studio.sample('s3', voice(3));
    await trained(studio);
    expect(studio.count('embed')).toBe(3);
    studio.encoder.name = 'fake/larger';
    await trained(studio);
    expect(studio.count('embed')).toBe(6);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 3, embeddingModel: 'fake/larger' });
  });

  it('and one in which nothing is heard does not stop the others', async () => {
    const studio = await studioWith(2);
    await studio.sample('silent', { voice: 0, take: 0, durationMs: 4000 });
    await studio.sample('short', voice(3, 300));
    await studio.storage.store.write(['samples'], async (unit) => {
      const sample = await unit.get('samples', 's1');
      if (sample) await unit.put('samples', { ...sample, id: 'lost', audioId: 'nowhere' });
    });
    expect(await trained(studio)).toMatchObject({ status: 'completed', totalDurationMs: 8000 });
    expect(studio.problems.map(({ code }) => code).sort()).toEqual([
      'audio/too-short',
      'speech/none-found',
      'storage/not-found'
    ]);
  });

  it('and when nothing is heard in any, it says so', async () => {
    const studio = await openStudio();
    await studio.sample('silent', { voice: 0, take: 0, durationMs: 4000 });
    expect(await trained(studio)).toMatchObject({ status: 'failed', error: { code: 'voice/no-samples' } });
    expect(await studio.training.modelInUse(ME)).toBeNull();
  });

  it('not when the encoder fails: the old one stays in use', async () => {
    const studio = await studioWith(2);
    await trained(studio);
    await studio.sample('s3', voice(3));
    studio.gates.embed = () => Promise.reject(new TimbreError('model/run-failed', 'no'));
    expect(await trained(studio)).toMatchObject({ status: 'failed', error: { code: 'model/run-failed' } });
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 1 });
  });

  it('without a sample that was taken away meanwhile', async () => {
    const studio = await studioWith(4);
    let removed = false;
    studio.gates.enrol = async () => {
      if (removed) return;
      removed = true;
      await studio.storage.store.write(['samples'], (unit) => unit.remove('samples', 's2'));
    };
    expect(await trained(studio)).toMatchObject({ status: 'completed', sampleCount: 3 });
    const model = await studio.training.modelInUse(ME);
    expect(model?.samples.map(({ sampleId }) => sampleId)).toEqual(['s4', 's3', 's1']);
    expect(model?.conditioning).toMatchObject({ quick: { clips: 3 } });
  });
});

describe('engines', () => {
  it('that fail are left out, and it is said why', async () => {
    const studio = await studioWith(2);
    studio.gates.enrol = (engine) =>
      engine === 'slow' ? Promise.reject(new TimbreError('model/run-failed', 'too much')) : undefined;
    const session = await trained(studio);
    expect(session).toMatchObject({
      status: 'completed',
      leftOut: [{ engine: 'slow', error: { code: 'model/run-failed', message: 'too much' } }]
    });
    expect(Object.keys((await studio.training.modelInUse(ME))?.conditioning ?? {})).toEqual(['quick']);
  });

  it('are not asked again after a reload for what they gave before it', async () => {
    const studio = await studioWith(2);
    const reached = new Promise<void>((resolve) => {
      studio.gates.enrol = (engine) => {
        if (engine !== 'quick') return;
        resolve();
        return new Promise(() => {});
      };
    });
    await studio.training.start(ME);
    await reached;
    studio.crash();
    const next = await studio.next();
    await next.training.resume();
    await next.training.idle();
    expect(next.calls).toEqual(['enrol quick']);
    expect(Object.keys((await next.training.modelInUse(ME))?.conditioning ?? {})).toEqual(['slow', 'quick']);
  });
});

describe('who may be trained', () => {
  it('others with their consent only', async () => {
    const studio = await openStudio();
    await studio.profile('ana');
    await studio.sample('a', voice(1), { speakerProfileId: 'ana' });
    await expect(studio.training.start('ana')).rejects.toMatchObject({ code: 'voice/no-consent' });
    await studio.profile('ana', { consent: CONSENT });
    expect(await trained(studio, 'ana')).toMatchObject({ status: 'completed' });
    expect(await studio.storage.store.get('profiles', 'ana')).toMatchObject({ modelVersion: 1 });
  });

  it('nobody whose consent was withdrawn while it ran', async () => {
    const studio = await openStudio();
    await studio.profile('ana', { consent: CONSENT });
    await studio.sample('a', voice(1), { speakerProfileId: 'ana' });
    studio.gates.enrol = () => studio.profile('ana');
    expect(await trained(studio, 'ana')).toMatchObject({
      status: 'failed',
      error: { code: 'voice/no-consent' }
    });
    expect(await studio.storage.store.all('voiceModels')).toEqual([]);
  });

  it('nobody without samples that count, and nobody unknown', async () => {
    const studio = await openStudio();
    await expect(studio.training.start(ME)).rejects.toMatchObject({ code: 'voice/no-samples' });
    await studio.sample('pending', voice(1), { status: 'pending' });
    await studio.sample('aside', voice(2), { weight: 0 });
    await expect(studio.training.start(ME)).rejects.toMatchObject({ code: 'voice/no-samples' });
    await expect(studio.training.start('nobody')).rejects.toMatchObject({ code: 'storage/not-found' });
    expect(await studio.storage.store.all('trainings')).toEqual([]);
  });
});

describe('a training that is cancelled', () => {
  it.each(STEPS)('at %s stops at once and leaves the old voice model in use', async (step) => {
    const studio = await studioWith(2);
    await trained(studio);
    await studio.sample('s3', voice(3));
    const held = heldAt(studio, step);
    const { id } = await studio.training.start(ME);
    await held;
    studio.gates.step = () => {};
    await studio.training.cancel(id);
    expect(await studio.training.get(id)).toMatchObject({ status: 'cancelled', modelVersion: null });
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 1 });
  });

  it.each(['embed', 'enrol'] as const)('while a model runs (%s) does not wait for it', async (what) => {
    const studio = await studioWith(2);
    const reached = new Promise<void>((resolve) => {
      studio.gates[what] = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const { id } = await studio.training.start(ME);
    await reached;
    await studio.training.cancel(id);
    await studio.training.idle();
    expect(await studio.training.get(id)).toMatchObject({ status: 'cancelled' });
    expect(await studio.storage.store.all('voiceModels')).toEqual([]);
    delete studio.gates[what];
    expect(await trained(studio)).toMatchObject({ status: 'completed' });
  });

  it('from another tab stops there too; one that has ended stays as it is', async () => {
    const locks = tabLocks();
    const studio = await openStudio(undefined, locks);
    await studio.sample('s1', voice(1));
    const reached = new Promise<void>((resolve) => {
      studio.gates.embed = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const { id } = await studio.training.start(ME);
    await reached;
    const other = await studio.next(locks);
    await other.training.cancel(id);
    await studio.training.idle();
    expect(await studio.training.get(id)).toMatchObject({ status: 'cancelled' });
    await studio.training.cancel(id);
    await studio.training.cancel('unknown');
  });
});

describe('a reload', () => {
  it.each(STEPS)('at %s goes on where it was', async (step: TrainingStep) => {
    const studio = await studioWith(3);
    const held = heldAt(studio, step);
    const { id } = await studio.training.start(ME);
    const before = await held;
    const embedded = studio.count('embed');
    studio.crash();
    const next = await studio.next();
    await next.training.resume();
    await next.training.idle();
    expect(await next.training.get(id)).toMatchObject({
      status: 'completed',
      modelVersion: 1,
      sampleCount: 3
    });
    expect(before.currentStep).toBe(step);
    expect(embedded + next.count('embed')).toBe(3);
    expect(studio.count('enrol slow') + next.count('enrol slow')).toBe(1);
  });

  it('in the middle of the recordings embeds only the rest', async () => {
    const studio = await studioWith(5);
    const reached = new Promise<void>((resolve) => {
      studio.gates.embed = ({ take }) => {
        if (take !== 3) return;
        resolve();
        return new Promise(() => {});
      };
    });
    await studio.training.start(ME);
    await reached;
    studio.crash();
    const next = await studio.next();
    await next.training.resume();
    await next.training.idle();
    expect(next.calls.filter((call) => call.startsWith('embed'))).toEqual([
      'embed 1/3',
      'embed 1/2',
      'embed 1/1'
    ]);
    expect(await next.training.modelInUse(ME)).toMatchObject({ audioCount: 5 });
  });

  it('that a step causes again and again ends the training', async () => {
    let studio = await studioWith(1);
    await studio.training.start(ME);
    for (let round = 0; round < 4; round++) {
      const reached = new Promise<void>((resolve) => {
        studio.gates.embed = () => {
          resolve();
          return new Promise(() => {});
        };
      });
      if (round > 0) await studio.training.resume();
      if (round === 3) break;
      await reached;
      studio.crash();
      studio = await studio.next();
    }
    await studio.training.idle();
    const [session] = await studio.storage.store.all('trainings');
    expect(session).toMatchObject({ status: 'failed', error: { code: 'worker/crashed' } });
  });
});

describe('two tabs', () => {
  it('that begin a training have one, and one voice model comes of it', async () => {
    const locks = tabLocks();
    const studio = await openStudio(undefined, locks);
    for (let take = 1; take <= 3; take++) await studio.sample(`s${take}`, voice(take));
    const other = await studio.next(locks);
    const [one, two] = await Promise.all([studio.training.start(ME), other.training.start(ME)]);
    expect(two.id).toBe(one.id);
    expect((await other.training.start(ME)).id).toBe(one.id);
    await Promise.all([studio.training.idle(), other.training.idle()]);
    expect(await firstOf(studio.training.models(ME))).toHaveLength(1);
    expect(studio.count('embed') + other.count('embed')).toBe(3);
    expect(await firstOf(other.training.sessions(ME))).toMatchObject([{ id: one.id, status: 'completed' }]);
  });
});

describe('versions', () => {
  it('are kept, and one click goes back or forth', async () => {
    const studio = await studioWith(2);
    await trained(studio);
    await trained(studio);
    expect((await firstOf(studio.training.models(ME))).map(({ version }) => version)).toEqual([2, 1]);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 2 });
    await studio.training.use(ME, 1);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 1 });
    await trained(studio);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 3 });
    await expect(studio.training.use(ME, 9)).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  it('are removed together, with the training that would make another', async () => {
    const studio = await studioWith(2);
    await trained(studio);
    const held = heldAt(studio, 'enrol');
    const { id } = await studio.training.start(ME);
    await held;
    studio.gates.step = () => {};
    await studio.training.removeModels(ME);
    expect(await studio.training.get(id)).toMatchObject({ status: 'cancelled' });
    expect(await studio.training.modelInUse(ME)).toBeNull();
    expect(await studio.storage.store.all('voiceModels')).toEqual([]);
  });
});

describe('recalibration', () => {
  async function recalibrated(studio: Studio): Promise<TrainingSession> {
    const { id } = await studio.training.recalibrate(ME);
    await studio.training.idle();
    return studio.training.get(id);
  }
  const used = async (studio: Studio) =>
    (await studio.training.modelInUse(ME))?.samples.map(({ sampleId }) => sampleId);

  it('reads the last thirty days: samples, and what was said in messages', async () => {
    const studio = await studioWith(1);
    await studio.message('old', voice(2));
    studio.time.now += 31 * DAY_MS;
    await studio.sample('new', voice(3));
    await studio.message('said', voice(4));
    await studio.message('silent', { voice: 0, take: 0, durationMs: 4000 });
    await studio.message('theirs', voice(5), { senderId: 'ana' });
    await studio.message('deleted', voice(6), { deletedAt: 1 });
    await studio.message('a-sample', voice(7));
    await studio.sample('of-message', voice(7), { messageId: 'a-sample' });
    const session = await recalibrated(studio);
    expect(session).toMatchObject({ status: 'completed', origin: 'recalibrated' });
    expect(await used(studio)).toEqual(['of-message', 'new', 'message:said']);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ origin: 'recalibrated' });
  });

  it('reads all samples where the month was silent', async () => {
    const studio = await studioWith(3);
    studio.time.now += 31 * DAY_MS;
    await recalibrated(studio);
    expect(await used(studio)).toEqual(['s3', 's2', 's1']);
  });

  it('refuses when there is nothing at all', async () => {
    const studio = await openStudio();
    await expect(studio.training.recalibrate(ME)).rejects.toMatchObject({ code: 'voice/no-samples' });
  });

  it('keeps what it heard in messages over a reload', async () => {
    const studio = await openStudio();
    await studio.message('one', voice(1));
    await studio.message('two', voice(2));
    const held = heldAt(studio, 'enrol');
    await studio.training.recalibrate(ME);
    await held;
    studio.crash();
    const next = await studio.next();
    await next.training.resume();
    await next.training.idle();
    expect(next.count('embed')).toBe(0);
    expect(await next.training.modelInUse(ME)).toMatchObject({
      audioCount: 2,
      conditioning: { quick: { clips: 2 } }
    });
  });

  it('comes by itself once a month, and once a day at most where it fails', async () => {
    const studio = await studioWith(2);
    await trained(studio);
    await studio.training.resume();
    await studio.training.idle();
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 1 });
    studio.time.now += 31 * DAY_MS;
    studio.gates.enrol = () => Promise.reject(new TimbreError('model/run-failed', 'no'));
    await studio.training.resume();
    await studio.training.idle();
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 2, origin: 'recalibrated' });

    studio.time.now += 31 * DAY_MS;
    studio.encoder.name = 'fake/larger';
    studio.gates.embed = () => Promise.reject(new TimbreError('model/run-failed', 'no'));
    for (let visit = 0; visit < 3; visit++) {
      await studio.training.resume();
      await studio.training.idle();
    }
    const failed = (await studio.storage.store.all('trainings')).filter(({ status }) => status === 'failed');
    expect(failed).toHaveLength(1);
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 2 });
  });

  it('is put off when nothing is left to be read', async () => {
    const studio = await openStudio();
    await studio.message('m', voice(1, 8000));
    const { id } = await studio.training.recalibrate(ME);
    await studio.training.idle();
    expect(await studio.training.get(id)).toMatchObject({ status: 'completed' });
    await studio.storage.store.write(['messages'], (unit) => unit.remove('messages', 'm'));
    studio.time.now += 31 * DAY_MS;
    await studio.training.resume();
    await studio.training.idle();
    expect(await studio.training.modelInUse(ME)).toMatchObject({ version: 1 });
    expect((await studio.training.modelInUse(ME))?.nextRecalibrationAt).toBeGreaterThan(studio.time.now);
  });
});
