import { afterEach, describe, expect, it, vi } from 'vitest';
import { sound } from '$lib/pipeline/harness.testing';
import { recording } from '$lib/voice/samples/harness.testing';
import { ME, type TrainingSession } from '$lib/storage';
import { HOST, openFrame, openPartition, type Frame, type Partition } from '../harness.testing';

const OTHER = 'https://other.example';
const open: Frame[] = [];
afterEach(() => open.splice(0).forEach(({ session }) => session.end()));

async function start(given: { here?: Partition; origin?: string } = {}): Promise<Frame> {
  const frame = await openFrame(given);
  open.push(frame);
  await frame.allow(['process', 'voice', 'samples']);
  return frame;
}

const NOT_FOUND = { code: 'storage/not-found' };

describe('samples', () => {
  it('are answered when they are judged, and carry nothing that a voice could be made of', async () => {
    const { here, host } = await start();
    const sample = await host.call('uploadSample', {
      audio: recording({ says: 'Good morning' }),
      phraseText: 'Good morning',
      phraseCategory: 'greeting'
    });
    expect(sample).toMatchObject({
      speakerProfileId: ME,
      status: 'completed',
      phraseText: 'Good morning',
      phraseCategory: 'greeting',
      transcript: 'Good morning',
      durationMs: 4000,
      problems: [],
      error: null
    });
    expect(Object.keys(sample.quality ?? {})).toEqual(['snrDb', 'clipping', 'speechShare']);
    expect(JSON.stringify(sample)).not.toMatch(/embedding|peaks|host/);
    expect((await here.main.store.get('samples', sample.id))?.host).toBe(HOST);
  });

  it('that can’t be used say so, as a sample', async () => {
    const { host } = await start();
    const sample = await host.call('uploadSample', { audio: recording({ bad: 'audio/not-audio' }) });
    expect(sample).toMatchObject({ status: 'failed', error: { code: 'audio/not-audio' } });
    await expect(host.call('uploadSample', { audio: new Blob([]) })).rejects.toMatchObject({
      code: 'audio/empty'
    });
  });

  it('of the person’s are seen, and not deleted; another host’s are neither', async () => {
    const here = await openPartition();
    const [one, two] = [await start({ here }), await start({ here, origin: OTHER })];
    const own = await here.voice.samples.add({
      speakerProfileId: ME,
      source: 'guided',
      blob: recording({ says: 'mine' }),
      name: ''
    });
    const brought = await one.host.call('uploadSample', { audio: recording({ says: 'brought' }) });
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id);
    expect(ids(await one.host.call('listSamples', {})).sort()).toEqual([own.id, brought.id].sort());
    expect(ids(await two.host.call('listSamples', {}))).toEqual([own.id]);
    await expect(two.host.call('getSample', { id: brought.id })).rejects.toMatchObject(NOT_FOUND);
    await expect(two.host.call('deleteSample', { id: brought.id })).rejects.toMatchObject(NOT_FOUND);
    await expect(one.host.call('deleteSample', { id: own.id })).rejects.toMatchObject({
      code: 'embed/not-allowed'
    });
    expect(await (await one.host.call('getSample', { id: brought.id })).audio.text()).toContain('brought');
    expect(await one.host.call('deleteSample', { id: brought.id })).toBeNull();
    expect(ids(await one.host.call('listSamples', {}))).toEqual([own.id]);
  });

  it('of nobody are not found', async () => {
    const { host } = await start();
    await expect(host.call('listSamples', { speakerProfileId: 'x' })).rejects.toMatchObject(NOT_FOUND);
    await expect(host.call('getSample', { id: 'x' })).rejects.toMatchObject(NOT_FOUND);
    const upload = host.call('uploadSample', { audio: recording(), speakerProfileId: 'x' });
    await expect(upload).rejects.toMatchObject(NOT_FOUND);
  });
});

/** Enough for a training. */
async function threeSamples({ host }: Frame): Promise<void> {
  for (const says of ['one', 'two', 'three']) await host.call('uploadSample', { audio: recording({ says }) });
}

describe('trainings and voice models', () => {
  it('a voice is trained, told of on the way, used, and deleted', async () => {
    const frame = await start();
    const { host } = frame;
    expect(await host.call('getVoiceModel', {})).toBeNull();
    await threeSamples(frame);
    const session = await host.call('startTraining', {});
    expect(session).toMatchObject({ speakerProfileId: ME, status: 'pending', progress: 0 });
    await vi.waitFor(() =>
      expect(host.events('training').at(-1)).toMatchObject({
        id: session.id,
        status: 'completed',
        progress: 1
      })
    );
    expect(await host.call('getTrainingStatus', { sessionId: session.id })).toMatchObject({
      modelVersion: 1
    });
    const model = await host.call('getVoiceModel', { userId: ME });
    expect(model).toMatchObject({ userId: ME, version: 1, origin: 'trained', audioCount: 3 });
    expect(JSON.stringify([model, host.events('training')])).not.toMatch(
      /centroid|embedding|conditioning|"work"/i
    );

    const speech = await host.call('synthesize', { text: 'Bonjour', language: 'fr' });
    expect(speech).toMatchObject({ fidelity: 'cloned', voiceQuality: model?.qualityScore });
    expect(await host.call('deleteVoiceModel', {})).toBeNull();
    expect(await host.call('getVoiceModel', {})).toBeNull();
  });

  it('without a recording there is nothing to train', async () => {
    const { host } = await start();
    await expect(host.call('startTraining', {})).rejects.toMatchObject({ code: 'voice/no-samples' });
    await expect(host.call('recalibrateVoiceModel', {})).rejects.toMatchObject({ code: 'voice/no-samples' });
    await expect(host.call('getVoiceModel', { userId: 'x' })).rejects.toMatchObject(NOT_FOUND);
    await expect(host.call('getTrainingStatus', { sessionId: 'x' })).rejects.toMatchObject(NOT_FOUND);
  });

  it('another host’s training is waited for, and not shown', async () => {
    const here = await openPartition();
    const [one, two] = [await start({ here }), await start({ here, origin: OTHER })];
    const row = {
      id: 'theirs',
      speakerProfileId: ME,
      status: 'pending',
      startedAt: 1,
      host: OTHER
    } as TrainingSession;
    await threeSamples(one);
    await here.main.store.write(['trainings'], (unit) => unit.put('trainings', row));
    const asked = one.host.call('getTrainingStatus', { sessionId: 'theirs' });
    await expect(asked).rejects.toMatchObject(NOT_FOUND);
    expect(await two.host.call('getTrainingStatus', { sessionId: 'theirs' })).toMatchObject({ id: 'theirs' });

    // This tab's own queue works on it, and it ends: it is only half a row.
    const started = await one.host.call('startTraining', {});
    expect(started.id).not.toBe('theirs');
    expect((await here.main.store.get('trainings', 'theirs'))?.status).toBe('failed');
    expect((await here.main.store.get('trainings', started.id))?.host).toBe(HOST);
  });

  it('without the person’s voice, only the host’s own space speaks', async () => {
    const frame = await start();
    await threeSamples(frame);
    const { id } = await frame.host.call('startTraining', {});
    await vi.waitFor(() =>
      expect(frame.host.events('training').at(-1)).toMatchObject({ id, status: 'completed' })
    );
    await frame.session.revoke(['voice']);
    expect(await frame.host.call('synthesize', { text: 'Hi', language: 'en' })).toMatchObject({
      fidelity: 'stock'
    });
    await expect(frame.host.call('getVoiceModel', {})).rejects.toMatchObject({ code: 'embed/not-allowed' });
  });
});

describe.each([
  ['uploadSample', { audio: 7 }],
  ['uploadSample', { audio: sound('a'), speakerProfileId: 7 }],
  ['uploadSample', { audio: sound('a'), phraseText: '' }],
  ['uploadSample', { audio: sound('a'), phraseCategory: {} }],
  ['listSamples', { speakerProfileId: '' }],
  ['getSample', {}],
  ['deleteSample', { id: 7 }],
  ['startTraining', { speakerProfileId: null }],
  ['getTrainingStatus', {}],
  ['getVoiceModel', { userId: 7 }],
  ['recalibrateVoiceModel', { userId: [] }],
  ['deleteVoiceModel', { userId: 'x'.repeat(201) }]
])('%s(%j)', (method, args) => {
  it('is invalid', async () => {
    const { host } = await start();
    await expect(host.sayCall(method, args)).rejects.toMatchObject({ code: 'input/invalid' });
  });
});
