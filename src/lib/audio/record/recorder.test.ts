import { describe, expect, it } from 'vitest';
import { TimbreError, type ErrorCode } from '../../../../workers/contract';
import type { RecorderEvents, TakeJournal } from '../types';
import { createFakeEnvironment } from './fake-environment.testing';
import { createMemoryJournal } from './memory-journal';
import { openMicrophone } from './microphone';
import { Recorder, type RecorderOptions } from './recorder';
import { discardTake, listTakes, readTake } from './takes';

const settle = () => new Promise((resolve) => setTimeout(resolve));

async function startRecorder(
  journal: TakeJournal = createMemoryJournal(),
  how: Pick<RecorderOptions, 'forVoice'> = {}
) {
  const fake = createFakeEnvironment();
  const recorder = new Recorder({ ...how, journal, environment: fake.environment });
  const events: [string, unknown][] = [];
  const names: (keyof RecorderEvents)[] = ['state', 'chunk', 'interrupted', 'problem'];
  for (const name of names) recorder.on(name, (payload) => events.push([name, payload]));
  await recorder.start();
  const say = async (text: string, ms = 1000) => {
    fake.clock.ms += ms;
    fake.media.hear(text);
    fake.media.requestData();
    await settle();
  };
  return { ...fake, recorder, journal, events, say };
}

it('records: handlers first, a chunk a second, each in the journal before it is reported', async () => {
  const journal = createMemoryJournal();
  const stored: number[] = [];
  const watched: TakeJournal = {
    ...journal,
    append: async (id, index, chunk, take) => {
      await journal.append(id, index, chunk, take);
      stored.push(index);
    }
  };
  const { recorder, media, say } = await startRecorder(watched);
  recorder.on('chunk', ({ index }) => expect(stored).toContain(index));
  expect(media.handledAtStart).toEqual(expect.arrayContaining(['dataavailable', 'error']));
  expect(media.timeslice).toBe(1000);
  await say('one ');
  await say('two');
  expect((await journal.list())[0]).toMatchObject({
    id: 'take-1',
    chunkCount: 2,
    durationMs: 2000,
    state: 'recording',
    mimeType: 'audio/webm;codecs=opus'
  });
  const take = await recorder.stop();
  expect(await take.blob.text()).toBe('one two');
  expect(take).toMatchObject({ takeId: 'take-1', durationMs: 2000, journalled: true });
  expect((await journal.list())[0]).toMatchObject({ state: 'stopped' });
});

it('a take for a voice says so from its first second to its end', async () => {
  const forVoice = { speakerProfileId: 'me', phrase: null };
  const { recorder, journal, say } = await startRecorder(createMemoryJournal(), { forVoice });
  await say('one');
  expect((await journal.list())[0]).toMatchObject({ state: 'recording', forVoice });
  await recorder.stop();
  expect((await journal.list())[0]).toMatchObject({ state: 'stopped', forVoice });
});

it('pauses, plays back, goes on; the pause does not count', async () => {
  const { recorder, media, clock, say, journal, events } = await startRecorder();
  await say('one ');
  media.hear('tw');
  clock.ms += 500;
  recorder.pause();
  await settle();
  expect((await journal.list())[0]).toMatchObject({ state: 'paused', chunkCount: 2 });
  expect(await (await recorder.preview()).text()).toBe('one tw');
  clock.ms += 60_000;
  recorder.resume();
  await say('o', 250);
  expect(recorder.durationMs).toBe(1750);
  expect(await (await recorder.stop()).blob.text()).toBe('one two');
  expect(events.filter(([name]) => name === 'state').map(([, state]) => state)).toEqual([
    'starting',
    'recording',
    'paused',
    'recording',
    'stopped'
  ]);
});

it('lets go of the microphone when it stops', async () => {
  const { recorder, track, say } = await startRecorder();
  await say('x');
  await recorder.stop();
  expect(track.stopped).toBe(true);
});

it('discards, and takes it back', async () => {
  const { recorder, journal, say } = await startRecorder();
  await say('kept');
  const discarded = await recorder.discard();
  expect(recorder.state).toBe('discarded');
  // Also after a reload.
  expect(await listTakes(journal)).toEqual([]);
  expect((await journal.list())[0]).toMatchObject({ id: 'take-1', discardedAt: 1_700_000_000_000 });
  await discarded.undo();
  expect(recorder.state).toBe('stopped');
  expect(await discarded.take.blob.text()).toBe('kept');
  expect(await listTakes(journal)).toHaveLength(1);
  await discarded.forget();
  expect(await journal.list()).toEqual([]);
});

it('a disk too full to say that it was discarded keeps nobody from discarding; another failure is told', async () => {
  const journal = createMemoryJournal();
  const refusing = (code: ErrorCode) => ({
    ...journal,
    setAside: () => Promise.reject(new TimbreError(code, code))
  });
  const first = await startRecorder(refusing('storage/full'));
  await first.say('kept');
  const discarded = await first.recorder.discard();
  await discarded.forget();
  expect(await journal.list()).toEqual([]);

  const second = await startRecorder(refusing('storage/failed'));
  await second.say('kept');
  await expect(second.recorder.discard()).rejects.toMatchObject({ code: 'storage/failed' });
  expect(await listTakes(journal)).toHaveLength(1);
});

describe('interruptions pause and keep', () => {
  it.each([
    ['page-hidden', true],
    ['page-left', true],
    ['microphone-muted', true],
    ['microphone-ended', false]
  ] as const)('%s', async (reason, canResume) => {
    const { recorder, events, say, track, document, window, media, journal } = await startRecorder();
    await say('one ');
    media.hear('rest');
    if (reason === 'page-hidden') {
      document.hidden = true;
      document.dispatchEvent(new Event('visibilitychange'));
    } else if (reason === 'page-left') window.dispatchEvent(new Event('pagehide'));
    else if (reason === 'microphone-muted') track.dispatchEvent(new Event('mute'));
    else {
      // The browser's recorder ends with its track.
      media.stop();
      await settle();
      track.dispatchEvent(new Event('ended'));
    }
    await settle();
    expect(recorder.state).toBe('paused');
    expect(events).toContainEqual(['interrupted', { reason, canResume }]);
    expect(recorder.canResume).toBe(canResume);
    if (!canResume) expect(() => recorder.resume()).toThrow(TimbreError);
    expect(await (await readTake(journal, 'take-1')).blob.text()).toBe('one rest');
    expect(await (await recorder.stop()).blob.text()).toBe('one rest');
  });
});

it('a full disk pauses and says so; nothing is lost, and what waits is stored when there is room', async () => {
  const journal = createMemoryJournal();
  let full = false;
  const { recorder, events, say } = await startRecorder({
    ...journal,
    append: (...args) =>
      full ? Promise.reject(new TimbreError('storage/full', 'full')) : journal.append(...args)
  });
  await say('one ');
  full = true;
  await say('two ');
  expect(recorder.state).toBe('paused');
  expect(events).toContainEqual(['problem', { code: 'storage/full', message: 'full' }]);
  expect(events).toContainEqual(['interrupted', { reason: 'journal-failed', canResume: true }]);
  recorder.resume();
  await say('three ');
  expect(events.filter(([name]) => name === 'problem')).toHaveLength(1);
  expect(await (await recorder.preview()).text()).toBe('one two three ');
  full = false;
  await say('four');
  expect(await (await readTake(journal, 'take-1')).blob.text()).toBe('one two three four');
  expect(await recorder.stop()).toMatchObject({ journalled: true });
});

it('a disk that stays full still gives the whole take', async () => {
  const journal = createMemoryJournal();
  const { recorder, say } = await startRecorder({
    ...journal,
    append: () => Promise.reject(new TimbreError('storage/full', 'full'))
  });
  await say('all of it');
  const take = await recorder.stop();
  expect(await take.blob.text()).toBe('all of it');
  expect(take.journalled).toBe(false);
});

describe('microphones that cannot be opened', () => {
  it.each([
    ['NotAllowedError', 'audio/microphone-denied'],
    ['SecurityError', 'audio/microphone-denied'],
    ['NotFoundError', 'audio/no-microphone'],
    ['OverconstrainedError', 'audio/no-microphone'],
    ['NotReadableError', 'audio/recorder-failed']
  ])('%s is %s', async (name, code) => {
    const { environment } = createFakeEnvironment();
    const refusing = { ...environment, getUserMedia: () => Promise.reject(new DOMException('no', name)) };
    await expect(openMicrophone(refusing, {})).rejects.toMatchObject({ code });
    const recorder = new Recorder({ journal: createMemoryJournal(), environment: refusing });
    await expect(recorder.start()).rejects.toMatchObject({ code });
    expect(recorder.state).toBe('idle');
  });

  it('a page that closes while the browser still asks lets the microphone go', async () => {
    const { environment, track } = createFakeEnvironment();
    const recorder = new Recorder({ journal: createMemoryJournal(), environment });
    const started = recorder.start();
    recorder.dispose();
    await started;
    expect(track.stopped).toBe(true);
    expect(recorder.state).toBe('stopped');
  });
});

it('a browser that records nothing is told from a take', async () => {
  const { recorder, journal } = await startRecorder();
  await expect(recorder.stop()).rejects.toMatchObject({ code: 'audio/empty' });
  expect(await listTakes(journal)).toEqual([]);
});

it('takes that another tab is recording are not offered', async () => {
  const journal = createMemoryJournal();
  const take = {
    mimeType: 'audio/webm',
    startedAt: 1,
    durationMs: 1000,
    chunkCount: 1,
    state: 'recording'
  } as const;
  await journal.append('here', 0, new Blob(['a']), { ...take, id: 'here' });
  await journal.append('there', 0, new Blob(['b']), { ...take, id: 'there', startedAt: 2 });
  const locks = {
    query: () => Promise.resolve({ held: [{ name: 'timbre-take:there' }], pending: [] })
  } as unknown as LockManager;
  expect((await listTakes(journal, locks)).map(({ id }) => id)).toEqual(['here']);
  await discardTake(journal, 'here');
  await expect(readTake(journal, 'here')).rejects.toMatchObject({ code: 'storage/not-found' });
});
