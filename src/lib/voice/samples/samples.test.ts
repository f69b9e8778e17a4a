import { get } from 'svelte/store';
import { describe, expect, test, vi } from 'vitest';
import { tabLocks } from '$lib/locks';
import { typedMessage } from '$lib/messages/messages.testing';
import { isOnDisk, ME, unsentTakes, type AudioMessage } from '$lib/storage';
import { held, newSample, openStudio, reached, recording, when, type Studio } from './harness.testing';

const PHRASE = { id: 'en-everyday-4', category: 'everyday', text: 'I left the keys on the table' } as const;

describe('a new sample', () => {
  test('is kept as it is at once, and judged by itself', async () => {
    const studio = await openStudio();
    const blob = recording({ snrDb: 31 });
    const sample = await studio.samples.add(
      newSample(blob, { source: 'guided', phrase: PHRASE, language: 'en' })
    );
    expect(sample).toMatchObject({
      status: 'pending',
      phraseCategory: 'everyday',
      weight: 0,
      embedding: null
    });
    expect(await (await studio.samples.sound(sample.id)).text()).toBe(await blob.text());
    expect(await studio.storage.store.get('audio', sample.audioId)).toMatchObject({ messageId: sample.id });

    await studio.samples.idle();
    const row = await studio.row(sample.id);
    expect(row).toMatchObject({
      status: 'completed',
      source: 'guided',
      durationMs: 4000,
      peaks: [0.5, 1],
      quality: { snrDb: 31, clipping: 0, speechShare: 0.8, speechDbfs: -22 },
      transcript: PHRASE.text,
      problems: [],
      weight: 1,
      embeddingModel: 'fake/ecapa'
    });
    expect(row.embedding).toHaveLength(192);
    expect(studio.calls).toContainEqual({ step: 'transcribe', what: PHRASE.text, language: 'en' });
  });

  test('makes the own profile, and is refused for one that nobody knows', async () => {
    const studio = await openStudio();
    await studio.judged();
    expect(await studio.storage.store.get('profiles', ME)).toMatchObject({ name: '', consent: null });
    await expect(
      studio.samples.add(newSample(recording(), { speakerProfileId: 'nobody' }))
    ).rejects.toMatchObject({ code: 'storage/not-found' });
    expect(await studio.storage.store.all('audio')).toHaveLength(1);
  });

  test('is shown newest first', async () => {
    const studio = await openStudio();
    const [a, b] = [await studio.judged(), await studio.judged()];
    const list = await when(studio.samples.of(ME), (rows) => rows.length === 2);
    expect(list.map(({ id }) => id)).toEqual([b.id, a.id]);
  });

  test('that is no sound fails with its code, can be tried again, and never throws', async () => {
    const studio = await openStudio();
    const row = await studio.judged({ bad: 'audio/not-audio' });
    expect(row).toMatchObject({ status: 'failed', error: { code: 'audio/not-audio' }, weight: 0 });
    let tries = 0;
    studio.gates.decode = () => void tries++;
    await studio.samples.retry(row.id);
    await studio.samples.idle();
    expect(tries).toBe(1);
    expect(await studio.row(row.id)).toMatchObject({ status: 'failed' });
  });

  test('that is too large to be kept says so in its row', async () => {
    const studio = await openStudio();
    await studio.storage.settings.set({ audioMaxSizeMb: 1 });
    const row = await studio.judged({ says: 'x'.repeat(1024 * 1024 + 1) });
    expect(row).toMatchObject({ status: 'failed', error: { code: 'audio/too-large' } });
    expect(await studio.storage.store.all('audio')).toEqual([]);
  });

  test('that fails in an engine is as before when it is tried again and nothing is wrong any more', async () => {
    const studio = await openStudio();
    studio.gates.embed = () => Promise.reject(new Error('out of memory'));
    const row = await studio.judged();
    expect(row).toMatchObject({ status: 'failed', error: { code: 'unknown' } });
    delete studio.gates.embed;
    await studio.samples.retry(row.id);
    await studio.samples.idle();
    expect(await studio.row(row.id)).toMatchObject({ status: 'completed', error: null, weight: 1 });
  });

  test('in a language that the recogniser does not know is good for a voice all the same', async () => {
    const studio = await openStudio();
    const { TimbreError } = await import('$workers/contract');
    studio.gates.transcribe = () => Promise.reject(new TimbreError('language/unsupported', 'pl'));
    const row = await studio.judged(
      {},
      { language: 'pl', phrase: { ...PHRASE, text: 'Dzień dobry wszystkim' } }
    );
    expect(row).toMatchObject({
      status: 'completed',
      transcript: null,
      language: 'pl',
      problems: [],
      weight: 1
    });
  });

  test('with nothing to tell a voice by is completed and counts nothing', async () => {
    const studio = await openStudio();
    const { TimbreError } = await import('$workers/contract');
    studio.gates.embed = () => Promise.reject(new TimbreError('speech/none-found', 'silence'));
    const row = await studio.judged({ says: '', speechShare: 0, speechDbfs: -80 });
    expect(row).toMatchObject({ status: 'completed', problems: ['no-speech', 'too-quiet'], weight: 0, embedding: null, embeddingModel: '' }); // prettier-ignore
  });

  test('made of a take has its id, is one when it comes twice, and the take is not offered again', async () => {
    const studio = await openStudio();
    const take = { id: 'take', mimeType: 'audio/webm', startedAt: 1, durationMs: 4000, chunkCount: 1, state: 'stopped' } as const; // prettier-ignore
    await studio.storage.takes.append('take', 0, recording(), take);
    expect(await unsentTakes(studio.storage.store)).toHaveLength(1);
    await studio.samples.add(newSample(recording(), { takeId: 'take' }));
    await studio.samples.add(newSample(recording(), { takeId: 'take' }));
    expect((await studio.rows()).map(({ id }) => id)).toEqual(['take']);
    expect(await unsentTakes(studio.storage.store)).toEqual([]);
    expect(await isOnDisk(studio.storage.store, 'take')).toBe(true);
  });

  test('can be renamed', async () => {
    const studio = await openStudio();
    const { id } = await studio.judged();
    await studio.samples.rename(id, '  By the window ');
    expect(await studio.row(id)).toMatchObject({ originalName: 'By the window', status: 'completed' });
    await expect(studio.samples.rename('none', 'x')).rejects.toMatchObject({ code: 'storage/not-found' });
  });
});

describe('the queue', () => {
  test('takes one at a time, the oldest first, and says how far it is', async () => {
    const studio = await openStudio();
    const seen: { sampleId: string; fraction: number }[] = [];
    studio.samples.working.subscribe((now) => now && seen.push(now));
    let running = 0;
    let most = 0;
    for (const step of ['decode', 'transcribe', 'embed'] as const)
      studio.gates[step] = async () => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
      };
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await studio.samples.add(newSample(recording()))).id);
    await studio.samples.idle();
    expect(most).toBe(1);
    expect([...new Set(seen.map(({ sampleId }) => sampleId))]).toEqual(ids);
    for (const id of ids) {
      const fractions = seen.filter(({ sampleId }) => sampleId === id).map(({ fraction }) => fraction);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
      expect(fractions[0]).toBe(0);
      expect(new Set(fractions).size).toBeGreaterThan(4);
    }
    expect(get(studio.samples.working)).toBeNull();
  });

  test('holds on a full disk what it can, and writes it when there is room', async () => {
    const studio = await openStudio();
    studio.storage.fill(true);
    const row = await studio.judged();
    expect(row).toMatchObject({ status: 'completed', weight: 1 });
    expect(await studio.samples.sound(row.id)).toBeInstanceOf(Blob);
    expect(get(studio.storage.state).full).toBe(true);
    expect(await studio.storage.db.samples.count()).toBe(0);
    studio.storage.fill(false);
    expect(await studio.storage.save()).toBe(true);
    expect(await studio.storage.db.samples.count()).toBe(1);
    expect(await studio.storage.db.audio.count()).toBe(1);
  });

  test('goes on after the tab was closed', async () => {
    const before = await openStudio();
    const working = reached(before, 'transcribe');
    const first = await before.samples.add(newSample(recording()));
    const second = await before.samples.add(newSample(recording()));
    await working;
    expect(await before.row(first.id)).toMatchObject({ status: 'processing', starts: 1 });
    before.crash();

    const studio = await before.next();
    await studio.samples.resume();
    await studio.samples.idle();
    for (const { id } of [first, second])
      expect(await studio.row(id)).toMatchObject({ status: 'completed', weight: 1, starts: 0 });
  });

  test('gives up a sample that took the tab down twice, and tries again when asked', async () => {
    let studio = await openStudio();
    const working = reached(studio, 'embed');
    const { id } = await studio.samples.add(newSample(recording()));
    await working;
    studio.crash();
    studio = await studio.next();
    const again = reached(studio, 'embed');
    await studio.samples.resume();
    await again;
    studio.crash();

    studio = await studio.next();
    await studio.samples.resume();
    await studio.samples.idle();
    expect(await studio.row(id)).toMatchObject({ status: 'failed', error: { code: 'worker/crashed' } });
    expect(studio.calls).toEqual([]);
    await studio.samples.retry(id);
    await studio.samples.idle();
    expect(await studio.row(id)).toMatchObject({ status: 'completed' });
  });

  test('of two tabs works on each sample once', async () => {
    const locks = tabLocks();
    const one = await openStudio(undefined, locks);
    const two = await one.next(locks);
    const working = reached(one, 'transcribe', () => new Promise((resolve) => setTimeout(resolve, 20)));
    await one.samples.add(newSample(recording()));
    await working;
    await two.samples.add(newSample(recording()));
    await two.samples.resume();
    await Promise.all([one.samples.idle(), two.samples.idle()]);
    expect((await one.rows()).map(({ status }) => status)).toEqual(['completed', 'completed']);
    const embeds = [...one.calls, ...two.calls].filter(({ step }) => step === 'embed');
    expect(embeds).toHaveLength(2);
  });

  test('says when the tables can’t be read', async () => {
    const studio = await openStudio();
    await studio.samples.add(newSample(recording()));
    await studio.samples.idle();
    vi.spyOn(studio.storage.store, 'all').mockRejectedValue(new Error('gone'));
    await studio.samples.retry((await studio.rows())[0]?.id ?? '');
    await studio.samples.idle();
    expect(studio.problems).toMatchObject([{ code: 'storage/failed' }]);
  });
});

describe('what a sample weighs', () => {
  async function voices(studio: Studio, ...list: number[]) {
    const ids: string[] = [];
    for (const voice of list) ids.push((await studio.judged({ voice, says: `take ${ids.length}` })).id);
    return ids;
  }
  const weights = async (studio: Studio) => (await studio.rows()).map(({ weight }) => weight);

  test('with something against it is nothing, and less than one when it is kept', async () => {
    const studio = await openStudio();
    const { id } = await studio.judged({ snrDb: 9 });
    expect(await studio.row(id)).toMatchObject({ problems: ['noisy'], kept: false, weight: 0 });
    await studio.samples.keep(id, true);
    expect(await studio.row(id)).toMatchObject({ kept: true, weight: 0.5 });
    await studio.samples.keep(id, false);
    expect(await studio.row(id)).toMatchObject({ kept: false, weight: 0 });
  });

  test('is nothing for another voice among three or more, kept or not', async () => {
    const studio = await openStudio();
    const [, odd = ''] = await voices(studio, 0, 1);
    expect(await weights(studio)).toEqual([1, 1]);
    await voices(studio, 0);
    expect(await weights(studio)).toEqual([1, 0, 1]);
    expect(await studio.row(odd)).toMatchObject({ problems: ['other-voice'] });
    await studio.samples.keep(odd, true);
    expect(await weights(studio)).toEqual([1, 0, 1]);
  });

  test('stays right when samples go and come back', async () => {
    const studio = await openStudio();
    const [first = '', , second = ''] = await voices(studio, 0, 1, 0);
    expect(await weights(studio)).toEqual([1, 0, 1]);
    const gone = await studio.samples.remove(first);
    // Of two nobody can say which is the odd one.
    expect(await weights(studio)).toEqual([1, 1]);
    await gone.undo();
    expect(await weights(studio)).toEqual([1, 0, 1]);
    await (await studio.samples.remove(first)).forget();
    await (await studio.samples.remove(second)).forget();
    await voices(studio, 1, 1);
    expect(await weights(studio)).toEqual([1, 1, 1]);
    await voices(studio, 0);
    expect(await weights(studio)).toEqual([1, 1, 1, 0]);
  });

  test('is nothing to another profile', async () => {
    const studio = await openStudio();
    const { id } = await studio.profiles.create('Ada');
    await voices(studio, 0, 0, 0);
    const row = await studio.judged({ voice: 1 }, { speakerProfileId: id });
    expect(row).toMatchObject({ problems: [], weight: 1 });
    expect(await weights(studio)).toEqual([1, 1, 1]);
  });
});

describe('a removed sample', () => {
  test('is gone with its sound, can come back, and not once it is forgotten', async () => {
    const studio = await openStudio();
    const sample = await studio.judged();
    const first = await studio.samples.remove(sample.id);
    expect(await studio.rows()).toEqual([]);
    expect(await studio.storage.store.all('audio')).toEqual([]);
    await first.undo();
    expect(await studio.rows()).toEqual([sample]);
    expect(await studio.samples.sound(sample.id)).toBeInstanceOf(Blob);

    const second = await studio.samples.remove(sample.id);
    await second.forget();
    await expect(second.undo()).rejects.toMatchObject({ code: 'storage/not-found' });
    expect(await studio.rows()).toEqual([]);
    await expect(studio.samples.remove(sample.id)).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  test('is no longer worked on, and is worked on anew when it comes back', async () => {
    const studio = await openStudio();
    const working = reached(studio, 'transcribe');
    const { id } = await studio.samples.add(newSample(recording()));
    await working;
    delete studio.gates.transcribe;
    const gone = await studio.samples.remove(id);
    await studio.samples.idle();
    expect(await studio.rows()).toEqual([]);
    expect(studio.calls.map(({ step }) => step)).not.toContain('embed');
    await gone.undo();
    await studio.samples.idle();
    expect(await studio.row(id)).toMatchObject({ status: 'completed', weight: 1 });
  });

  test('does not come back to a profile that was emptied meanwhile', async () => {
    const studio = await openStudio();
    const { id } = await studio.judged();
    const gone = await studio.samples.remove(id);
    await studio.profiles.erase(ME);
    await expect(gone.undo()).rejects.toMatchObject({ code: 'storage/not-found' });
    expect(await studio.rows()).toEqual([]);
  });
});

describe('free speech', () => {
  const stretches = [
    { from: 500, to: 4500 },
    { from: 6000, to: 9000 }
  ];

  test('becomes a sample for each piece, in order, as sound of its own', async () => {
    const studio = await openStudio();
    const made = await studio.samples.addFreestyle(ME, recording({ durationMs: 10_000, stretches }), {
      language: 'en'
    });
    expect(made).toHaveLength(2);
    await studio.samples.idle();
    expect(await studio.rows()).toMatchObject([
      {
        source: 'freestyle',
        mimeType: 'audio/wav',
        durationMs: 4000,
        transcript: 'piece 500–4500',
        language: 'en'
      },
      {
        source: 'freestyle',
        mimeType: 'audio/wav',
        durationMs: 3000,
        transcript: 'piece 6000–9000',
        weight: 1
      }
    ]);
    expect(new Set((await studio.rows()).map(({ audioId }) => audioId)).size).toBe(2);
  });

  test('in which nothing stands out is one sample all the same; silence is none', async () => {
    const studio = await openStudio();
    expect(await studio.samples.addFreestyle(ME, recording())).toHaveLength(1);
    const silence = studio.samples.addFreestyle(ME, recording({ speechDbfs: -90 }));
    await expect(silence).rejects.toMatchObject({ code: 'speech/none-found' });
    await expect(studio.samples.addFreestyle(ME, recording({ bad: 'audio/damaged' }))).rejects.toMatchObject({
      code: 'audio/damaged'
    });
    expect(await studio.rows()).toHaveLength(1);
  });

  test('that is no longer wanted leaves nothing', async () => {
    const studio = await openStudio();
    const controller = new AbortController();
    const working = reached(studio, 'decode', held);
    const adding = studio.samples.addFreestyle(ME, recording(), { signal: controller.signal });
    await working;
    controller.abort();
    await expect(adding).rejects.toMatchObject({ code: 'job/cancelled' });
    expect(await studio.rows()).toEqual([]);
  });
});

describe('messages', () => {
  async function sent(
    studio: Studio,
    id: string,
    change: Partial<AudioMessage> = {},
    says = 'See you at nine'
  ) {
    await studio.storage.audio.put(`sound-${id}`, id, recording({ says }), 1);
    const original = { audioId: `sound-${id}`, name: '', mimeType: 'audio/webm', sizeBytes: 9, durationMs: 4000, container: 'webm', codec: 'opus', peaks: [1] }; // prettier-ignore
    const message = typedMessage(
      id,
      says,
      1,
      { source: 'recorded', original, createdAt: Number(id), ...change },
      'fr'
    );
    await studio.storage.store.write(['messages'], (unit) => unit.put('messages', message));
  }

  test('that this person recorded are offered, the newest first; no others', async () => {
    const studio = await openStudio();
    await sent(studio, '1');
    await sent(studio, '2');
    await sent(studio, '3', { senderId: 'ada' });
    await sent(studio, '4', { deletedAt: 5 });
    await sent(studio, '5', { source: 'typed', original: null });
    await sent(studio, '6', {}, '');
    const offered = await when(studio.samples.fromMessages(ME), (list) => list.length > 0);
    expect(offered).toEqual([
      { messageId: '2', text: 'See you at nine', durationMs: 4000, createdAt: 2 },
      { messageId: '1', text: 'See you at nine', durationMs: 4000, createdAt: 1 }
    ]);
  });

  test('become samples once, with their words and a copy of their sound', async () => {
    const studio = await openStudio();
    await sent(studio, '1');
    await studio.samples.addMessages(ME, ['1', '1']);
    await studio.samples.addMessages(ME, ['1']);
    await studio.samples.idle();
    const [row] = await studio.rows();
    expect(await studio.rows()).toHaveLength(1);
    expect(row).toMatchObject({ source: 'message', messageId: '1', transcript: 'See you at nine', language: 'fr', status: 'completed', weight: 1 }); // prettier-ignore
    expect(studio.calls.map(({ step }) => step)).toEqual(['decode', 'embed']);
    expect(await when(studio.samples.fromMessages(ME), () => true)).toEqual([]);

    await studio.storage.audio.remove('sound-1');
    expect(await (await studio.samples.sound(row?.id ?? '')).text()).toContain('See you at nine');
  });

  test('of others, typed or unknown are refused, and nothing is taken of the rest', async () => {
    const studio = await openStudio();
    await sent(studio, '1');
    await sent(studio, '2', { senderId: 'ada' });
    await expect(studio.samples.addMessages(ME, ['1', '2'])).rejects.toMatchObject({ code: 'input/invalid' });
    await expect(studio.samples.addMessages(ME, ['1', '9'])).rejects.toMatchObject({
      code: 'storage/not-found'
    });
    expect(await studio.rows()).toEqual([]);
    expect(await studio.storage.store.all('audio')).toHaveLength(2);
  });
});
