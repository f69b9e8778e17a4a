import { get } from 'svelte/store';
import { describe, expect, it, vi } from 'vitest';
import { createMessageStore, speaks } from '$lib/messages';
import type { VersionStatus } from '$lib/storage';
import { TimbreError, type Lang, type Stage } from '$workers/contract';
import { held, openTab, reached, sound, type Tab } from './harness.testing';
import { tabLocks } from '$lib/locks';

const HELLO = 'Hello there. How are you?';

/** Each language's status. */
async function statuses(tab: Tab, messageId: string): Promise<Record<string, VersionStatus>> {
  const { versions } = await tab.view(messageId);
  return Object.fromEntries(Object.entries(versions).map(([language, { status }]) => [language, status]));
}

/** A message that is ready in three languages, with the calls so far forgotten. */
async function ready(text = HELLO): Promise<{ tab: Tab; id: string }> {
  const tab = await openTab();
  const { messageId: id } = await tab.pipeline.submitAudio(sound(text));
  expect(await tab.pipeline.whenSettled(id)).toBe('ready');
  tab.calls.length = 0;
  return { tab, id };
}

/** Nobody can be asked twice for the same thing: what is in the tables must hang together. */
async function expectConsistent(tab: Tab, messageId: string): Promise<void> {
  const { message, versions } = await tab.view(messageId);
  const audioIds = new Set(await tab.storage.store.ids('audio'));
  if (message.original) expect(audioIds).toContain(message.original.audioId);
  for (const version of Object.values(versions)) {
    if (message.status !== 'working' && message.status !== 'waiting')
      expect(['ready', 'stale', 'failed']).toContain(version.status);
    if (version.status === 'ready') {
      expect(version.audio?.textRevision).toBe(version.textRevision);
      expect(version.revision).toBe(message.transcriptRevision);
    }
    if (version.status === 'failed') expect(version.error).not.toBeNull();
    if (version.audio) expect(audioIds).toContain(version.audio.audioId);
  }
}

describe('a recorded message', () => {
  it('becomes a transcript, translations in one batch, and speech', async () => {
    const { tab, id } = await (async () => {
      const opened = await openTab();
      const { messageId, kept } = await opened.pipeline.submitAudio(sound(HELLO), {
        source: 'recorded',
        name: 'x.wav'
      });
      expect(kept).toBe('disk');
      return { tab: opened, id: messageId };
    })();
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    const { message, job, versions } = await tab.view(id);
    expect(message).toMatchObject({
      source: 'recorded',
      status: 'ready',
      transcriptRevision: 1,
      transcriptEdited: false,
      voiceModelQuality: null,
      error: null,
      original: {
        name: 'x.wav',
        mimeType: 'audio/wav',
        sizeBytes: HELLO.length,
        durationMs: HELLO.length,
        container: 'wav',
        codec: 'pcm',
        peaks: [HELLO.length, 5]
      },
      transcription: {
        text: HELLO,
        language: 'en',
        confidence: 0.9,
        source: 'whisper',
        model: 'fake/whisper'
      },
      revisions: [{ revision: 1, text: HELLO, language: 'en', by: 'recognised' }]
    });
    expect(job).toMatchObject({ state: 'done', fraction: 1 });
    expect(message.processingTimeMs).toBeGreaterThan(0);
    expect(message.processingTimeMs).toBe(job.elapsedMs);
    expect(tab.calls.filter(({ stage }) => stage === 'translate').map(({ what }) => what)).toEqual([
      'fr+de+es: Hello there.|How are you?'
    ]);
    expect(Object.keys(versions).length).toBe(3);
    expect(versions.fr).toMatchObject({
      status: 'ready',
      order: 0,
      revision: 1,
      text: 'fr<Hello there.> fr<How are you?>',
      edited: false,
      via: [],
      translationModel: 'fake/m2m',
      audio: {
        format: 'mp3',
        fidelity: 'stock',
        similarity: null,
        ttsModel: 'fake/fr',
        durationMs: 330,
        textRevision: 1
      }
    });
    await expectConsistent(tab, id);
    expect(get(tab.pipeline.progress).size).toBe(0);
  });

  it('tells a progress that never goes back and ends whole', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await tab.pipeline.whenSettled(messageId);
    await tab.pipeline.idle();
    const whole = tab.progress.map(({ messageFraction }) => messageFraction);
    expect(whole).toEqual([...whole].sort((a, b) => a - b));
    expect(whole.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(new Set(tab.progress.map(({ stage }) => stage))).toEqual(
      new Set(['decode', 'transcribe', 'translate', 'voice', 'synthesize'])
    );
    // From the first word on there is something to read, also until the transcript can be read from the tables.
    const texts = tab.progress.map(({ partialText }) => partialText);
    expect(texts.slice(texts.indexOf('Hel'))).not.toContain(undefined);
    expect(texts).toContain('Hel');
    expect(
      tab.progress.filter(({ stage, language }) => stage === 'synthesize' && language === 'es').length
    ).toBeGreaterThan(0);
  });

  it('goes where its conversation’s members need it', async () => {
    const tab = await openTab();
    const store = createMessageStore({
      storage: tab.storage,
      now: () => 1,
      newId: () => crypto.randomUUID()
    });
    const anja = await store.people.add({ name: 'Anja', languages: speaks('de') });
    const emre = await store.people.add({ name: 'Emre', languages: speaks('tr') });
    const english = await store.people.add({ name: 'Sam', languages: speaks('en') });
    const talk = await store.conversations.add({ title: 'Talk', personIds: [anja.id, emre.id, english.id] });
    await store.people.change('me', { languages: speaks('fr') });

    const mine = await tab.pipeline.submitAudio(sound(HELLO), { conversationId: talk.id });
    await tab.pipeline.whenSettled(mine.messageId);
    expect(Object.keys(await statuses(tab, mine.messageId))).toEqual(['de', 'tr']);

    const hers = await tab.pipeline.submitAudio(sound(HELLO), {
      conversationId: talk.id,
      senderId: anja.id,
      language: 'de'
    });
    await tab.pipeline.whenSettled(hers.messageId);
    expect(Object.keys(await statuses(tab, hers.messageId)).sort()).toEqual(['en', 'fr', 'tr']);
    expect((await tab.view(hers.messageId)).versions.fr?.via).toEqual(['en']);

    const byHand = await tab.pipeline.submitAudio(sound(HELLO), {
      conversationId: talk.id,
      targetLanguages: ['ja', 'en', 'ja']
    });
    await tab.pipeline.whenSettled(byHand.messageId);
    expect(Object.keys(await statuses(tab, byHand.messageId))).toEqual(['ja']);
    expect((await store.conversations.list())[0]?.updatedAt).toBeGreaterThan(1);
  });

  it('is spoken in its own language, word for word, when no other is left', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound('One.  Two!\nThree'), {
      targetLanguages: ['en']
    });
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(tab.count('translate')).toBe(0);
    expect((await tab.view(messageId)).versions.en).toMatchObject({
      status: 'ready',
      text: 'One.  Two!\nThree'
    });
  });

  it('asks only for sentences that have words', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound('42. Yes.\n— … —\nYes.'), {
      targetLanguages: ['fr']
    });
    await tab.pipeline.whenSettled(messageId);
    expect(tab.calls.find(({ stage }) => stage === 'translate')?.what).toBe('fr: Yes.');
    expect((await tab.view(messageId)).versions.fr?.text).toBe('42. fr<Yes.>\n— … —\nfr<Yes.>');
  });

  it('sent twice under its own id is one message, unless its sound was lost', async () => {
    const tab = await openTab();
    const options = { messageId: 'take-1', source: 'recorded' as const };
    const once = await tab.pipeline.submitAudio(sound(HELLO), options);
    expect(once).toEqual({ messageId: 'take-1', kept: 'disk' });
    expect(await tab.pipeline.submitAudio(sound(HELLO), options)).toEqual(once);
    expect(await tab.storage.store.ids('messages')).toEqual(['take-1']);
    expect(await tab.pipeline.whenSettled('take-1')).toBe('ready');
    const { message } = await tab.view('take-1');
    await tab.storage.audio.remove(message.original?.audioId ?? '');
    await tab.pipeline.submitAudio(sound('Again.'), options);
    expect(await tab.pipeline.whenSettled('take-1')).toBe('ready');
    expect((await tab.view('take-1')).message.transcription?.text).toBe('Again.');
  });

  it('is refused when it is empty or too large, and nothing is stored', async () => {
    const tab = await openTab();
    await tab.storage.settings.set({ audioMaxSizeMb: 1 });
    await expect(tab.pipeline.submitAudio(new Blob([]))).rejects.toMatchObject({ code: 'audio/empty' });
    await expect(tab.pipeline.submitAudio(new Blob([new Uint8Array(1024 * 1024 + 1)]))).rejects.toMatchObject(
      { code: 'audio/too-large' }
    );
    expect(await tab.storage.store.ids('messages')).toEqual([]);
    expect(await tab.storage.store.ids('audio')).toEqual([]);
  });

  it('of a kind that is switched off is kept, and taken once the kind is switched on', async () => {
    const tab = await openTab();
    const { audioSupportedFormats: all } = await tab.storage.settings.get();
    await tab.storage.settings.set({ audioSupportedFormats: all.filter((format) => format !== 'wav') });
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    expect((await tab.view(messageId)).message.error?.code).toBe('audio/switched-off');
    await expectConsistent(tab, messageId);

    const recorded = await tab.pipeline.submitAudio(sound(HELLO), { source: 'recorded' });
    expect(await tab.pipeline.whenSettled(recorded.messageId)).toBe('ready');

    await tab.storage.settings.set({ audioSupportedFormats: all });
    await tab.pipeline.retry(messageId);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
  });

  it('that isn’t sound fails in its first step and is kept', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound('bad'));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    const { message, job } = await tab.view(messageId);
    expect([message.error?.code, job.state, job.step]).toEqual(['audio/not-audio', 'failed', 'decode']);
    await expectConsistent(tab, messageId);
  });
});

describe('a supplied transcript', () => {
  it('is used as it is: 0.85, source mobile, no recogniser', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound('noise'), {
      transcription: { text: ' Bonjour à tous. ', language: 'fr' }
    });
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(tab.count('transcribe')).toBe(0);
    expect((await tab.view(messageId)).message.transcription).toEqual({
      text: 'Bonjour à tous.',
      language: 'fr',
      languageGuesses: [],
      confidence: 0.85,
      source: 'mobile',
      segments: [],
      durationMs: 5,
      model: ''
    });
    expect(await statuses(tab, messageId)).toEqual({ de: 'ready', es: 'ready' });
  });

  it('without a language is in the sender’s', async () => {
    const tab = await openTab();
    const { people } = createMessageStore({ storage: tab.storage, now: () => 1, newId: () => 'lucia' });
    await people.add({ name: 'Lucía', languages: speaks('es') });
    const { messageId } = await tab.pipeline.submitAudio(sound('noise'), {
      senderId: 'lucia',
      transcription: { text: 'Hola.' }
    });
    await tab.pipeline.whenSettled(messageId);
    expect((await tab.view(messageId)).message.transcription?.language).toBe('es');
  });

  it('that is blank counts as none', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), {
      transcription: { text: '  ', language: 'fr' }
    });
    await tab.pipeline.whenSettled(messageId);
    expect((await tab.view(messageId)).message.transcription).toMatchObject({
      text: HELLO,
      source: 'whisper'
    });
  });
});

describe('no speech', () => {
  it.each([
    ['nothing was heard', () => sound('   '), undefined],
    ['the engine says so', () => sound('hum'), new TimbreError('speech/none-found', 'hum')]
  ])('%s: the message stops there', async (_, blob, error) => {
    const tab = await openTab();
    if (error) tab.gates.transcribe = () => Promise.reject(error);
    const { messageId } = await tab.pipeline.submitAudio(blob());
    expect(await tab.pipeline.whenSettled(messageId)).toBe('no-speech');
    const { message, job, versions } = await tab.view(messageId);
    expect(message.transcription).toMatchObject({ text: '', confidence: 0, segments: [] });
    expect([job.state, versions, tab.count('translate'), tab.count('synthesize')]).toEqual([
      'done',
      {},
      0,
      0
    ]);
  });

  it('can be listened to again, or written down by hand', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound(' '));
    await tab.pipeline.whenSettled(messageId);
    await tab.pipeline.retry(messageId);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('no-speech');
    expect(tab.count('transcribe')).toBe(2);
    await tab.pipeline.editTranscript(messageId, 'Salut.', { language: 'fr' });
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(await statuses(tab, messageId)).toEqual({ de: 'ready', es: 'ready' });
    expect((await tab.view(messageId)).message).toMatchObject({
      transcriptEdited: true,
      transcription: { source: 'typed', language: 'fr' }
    });
  });
});

describe('a typed message', () => {
  it('is spoken in its own language, too', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitText(' Guten Tag. ', { language: 'de' });
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect([tab.count('decode'), tab.count('transcribe')]).toEqual([0, 0]);
    const { message, versions } = await tab.view(messageId);
    expect(message).toMatchObject({
      source: 'typed',
      original: null,
      transcription: { text: 'Guten Tag.', source: 'typed', confidence: 1 }
    });
    expect(versions.de).toMatchObject({ text: 'Guten Tag.', status: 'ready', order: 0 });
    expect(await statuses(tab, messageId)).toEqual({ de: 'ready', es: 'ready', fr: 'ready' });
    await expect(tab.pipeline.submitText(' ')).rejects.toMatchObject({ code: 'input/invalid' });
  });
});

const STAGES: Stage[] = ['decode', 'transcribe', 'translate', 'voice', 'synthesize', 'encode'];

describe('cancel', () => {
  it.each(STAGES)(
    'answers at once in %s although the engine never does, and leaves a consistent message',
    async (stage) => {
      const tab = await openTab();
      const there = reached(tab, stage);
      const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
      await there;
      await tab.pipeline.cancel(messageId);
      expect((await tab.view(messageId)).message.status).toBe('cancelled');
      await tab.pipeline.idle();
      const { job } = await tab.view(messageId);
      expect(job.state).toBe('cancelled');
      await expectConsistent(tab, messageId);
      expect(get(tab.pipeline.progress).size).toBe(0);

      delete tab.gates[stage];
      await tab.pipeline.retry(messageId);
      expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
      await tab.pipeline.idle();
      await expectConsistent(tab, messageId);
      expect(tab.count('transcribe')).toBe(stage === 'transcribe' ? 2 : 1);
    }
  );

  it('drops what the engine still brings', async () => {
    const tab = await openTab();
    let release: () => void = () => {};
    const there = reached(tab, 'translate', () => new Promise((resolve) => (release = resolve)));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    await tab.pipeline.cancel(messageId);
    release();
    await tab.pipeline.idle();
    expect((await tab.view(messageId)).versions.fr).toMatchObject({
      text: null,
      status: 'failed',
      error: { code: 'job/cancelled' }
    });
  });

  it('keeps the languages that are ready', async () => {
    const tab = await openTab();
    const there = new Promise<void>((resolve) => {
      tab.gates.synthesize = ({ language }) => {
        if (language !== 'es') return;
        resolve();
        return held({ signal: undefined });
      };
    });
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    await vi.waitFor(async () => expect((await statuses(tab, messageId)).de).toBe('ready'));
    await tab.pipeline.cancel(messageId);
    expect(await statuses(tab, messageId)).toEqual({ fr: 'ready', de: 'ready', es: 'failed' });
  });

  it('takes a waiting message out of the queue and lets the others go on', async () => {
    const tab = await openTab();
    let release: () => void = () => {};
    const there = reached(tab, 'decode', () => new Promise((resolve) => (release = resolve)));
    const first = await tab.pipeline.submitAudio(sound('First.'));
    await there;
    delete tab.gates.decode;
    const second = await tab.pipeline.submitAudio(sound('Second.'));
    const third = await tab.pipeline.submitAudio(sound('Third.'));
    await tab.pipeline.cancel(second.messageId);
    release();
    expect(await tab.pipeline.whenSettled(first.messageId)).toBe('ready');
    expect(await tab.pipeline.whenSettled(third.messageId)).toBe('ready');
    expect((await tab.view(second.messageId)).message.status).toBe('cancelled');
    expect(tab.calls.filter(({ stage }) => stage === 'transcribe').map(({ what }) => what)).toEqual([
      'First.',
      'Third.'
    ]);
    await tab.pipeline.cancel(first.messageId);
    expect((await tab.view(first.messageId)).message.status).toBe('ready');
  });

  it('works from another tab', async () => {
    const locks = tabLocks();
    const here = await openTab(undefined, locks);
    const there = await here.next(locks);
    const begun = reached(here, 'transcribe');
    const { messageId } = await here.pipeline.submitAudio(sound(HELLO));
    await begun;
    await there.pipeline.cancel(messageId);
    await here.pipeline.idle();
    expect((await here.view(messageId)).message.status).toBe('cancelled');
  });

  it('is what the engines’ own release means', async () => {
    const tab = await openTab();
    tab.gates.translate = () => Promise.reject(new TimbreError('job/cancelled', 'released'));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('cancelled');
    await tab.pipeline.idle();
    await expectConsistent(tab, messageId);
  });

  it('comes with deleting', async () => {
    const tab = await openTab();
    const begun = reached(tab, 'transcribe');
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await begun;
    const { messages } = createMessageStore({ storage: tab.storage, now: () => 5, newId: () => 'x' });
    const undo = await messages.remove(messageId);
    await tab.pipeline.idle();
    await undo();
    expect((await tab.view(messageId)).message.status).toBe('cancelled');
  });
});

describe('a tab that is closed', () => {
  it.each(STAGES)('in %s loses nothing: the next one goes on from there', async (stage) => {
    const tab = await openTab();
    const there = reached(tab, stage);
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    tab.crash();

    const later = await tab.next();
    expect(await later.pipeline.resumeAll()).toBe(1);
    expect(await later.pipeline.whenSettled(messageId)).toBe('ready');
    await later.pipeline.idle();
    await expectConsistent(later, messageId);
    expect(await statuses(later, messageId)).toEqual({ fr: 'ready', de: 'ready', es: 'ready' });
    // What was finished before is not done again, except for the sound that only memory had.
    const order = STAGES.indexOf(stage);
    expect(later.count('transcribe')).toBe(order <= STAGES.indexOf('transcribe') ? 1 : 0);
    expect(later.count('translate')).toBe(order <= STAGES.indexOf('translate') ? 1 : 0);
    expect(later.progress[0]?.messageFraction).toBeGreaterThanOrEqual(stage === 'synthesize' ? 0.5 : 0);
    expect(await later.pipeline.resumeAll()).toBe(0);
  });

  it('keeps the languages that were spoken already', async () => {
    const tab = await openTab();
    const there = new Promise<void>((resolve) => {
      tab.gates.synthesize = ({ language }) =>
        language === 'es' ? (resolve(), new Promise(() => {})) : undefined;
    });
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    await vi.waitFor(async () => expect((await statuses(tab, messageId)).de).toBe('ready'));
    tab.crash();
    const later = await tab.next();
    await later.pipeline.resumeAll();
    expect(await later.pipeline.whenSettled(messageId)).toBe('ready');
    expect(later.calls.filter(({ stage }) => stage === 'synthesize').length).toBe(1);
  });

  it('again and again by the same step: the step is given up, with a reason and a retry', async () => {
    let tab = await openTab();
    const { messageId } = await (async () => {
      const there = reached(tab, 'transcribe');
      const submitted = await tab.pipeline.submitAudio(sound(HELLO));
      await there;
      return submitted;
    })();
    for (let time = 1; time < 3; time++) {
      tab.crash();
      tab = await tab.next();
      const there = reached(tab, 'transcribe');
      await tab.pipeline.resumeAll();
      await there;
    }
    tab.crash();
    const last = await tab.next();
    await last.pipeline.resumeAll();
    expect(await last.pipeline.whenSettled(messageId)).toBe('failed');
    expect((await last.view(messageId)).message.error?.code).toBe('worker/crashed');
    expect(last.count('transcribe')).toBe(0);
    await last.pipeline.retry(messageId);
    expect(await last.pipeline.whenSettled(messageId)).toBe('ready');
  });

  it('by a person, as often as they like, is not held against the step', async () => {
    let tab = await openTab();
    let there = reached(tab, 'transcribe');
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    for (let time = 0; time < 5; time++) {
      tab.leave();
      tab = await tab.next();
      there = reached(tab, 'transcribe');
      await tab.pipeline.resumeAll();
      await there;
    }
    expect((await tab.view(messageId)).job.starts).toBe(1);
    tab.leave();
    const last = await tab.next();
    await last.pipeline.resumeAll();
    expect(await last.pipeline.whenSettled(messageId)).toBe('ready');
  });

  it('hands its work to another that is open already', async () => {
    let close: () => void = () => {};
    const closed = new Promise<void>((resolve) => (close = resolve));
    const here = await openTab();
    const there = await here.next({ hold: (_, work) => closed.then(work) });
    const begun = reached(here, 'transcribe');
    const { messageId } = await here.pipeline.submitAudio(sound(HELLO));
    await begun;
    expect(await there.pipeline.resumeAll()).toBe(1);
    here.crash();
    close();
    expect(await there.pipeline.whenSettled(messageId)).toBe('ready');
  });

  it('is the only one to work: two tabs do each message once', async () => {
    const locks = tabLocks();
    const here = await openTab(undefined, locks);
    const there = await here.next(locks);
    const ids = [
      (await here.pipeline.submitAudio(sound('One.'))).messageId,
      (await there.pipeline.submitAudio(sound('Two.'))).messageId,
      (await here.pipeline.submitAudio(sound('Three.'))).messageId
    ];
    await Promise.all([here.pipeline.resumeAll(), there.pipeline.resumeAll()]);
    for (const id of ids) expect(await there.pipeline.whenSettled(id)).toBe('ready');
    await Promise.all([here.pipeline.idle(), there.pipeline.idle()]);
    expect(here.count('transcribe') + there.count('transcribe')).toBe(3);
  });
});

describe('a failure', () => {
  it('of one language of three leaves the other two', async () => {
    const tab = await openTab();
    tab.gates.synthesize = ({ language }) => {
      if (language === 'de') throw new TimbreError('synthesize/failed', 'no voice');
    };
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('incomplete');
    await tab.pipeline.idle();
    expect(await statuses(tab, messageId)).toEqual({ fr: 'ready', de: 'failed', es: 'ready' });
    expect((await tab.view(messageId)).versions.de).toMatchObject({
      text: 'de<Hello there.> de<How are you?>',
      error: { code: 'synthesize/failed' }
    });
    await expectConsistent(tab, messageId);

    delete tab.gates.synthesize;
    tab.calls.length = 0;
    await tab.pipeline.retry(messageId, 'de');
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(tab.calls.map(({ stage }) => stage)).toEqual(['voice', 'synthesize', 'encode']);
  });

  it('of the batch gives each language its own chance', async () => {
    const tab = await openTab();
    tab.gates.translate = ({ language }) => {
      if (language !== 'fr' && language !== 'es') throw new TimbreError('model/run-failed', 'boom');
    };
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('incomplete');
    expect(await statuses(tab, messageId)).toEqual({ fr: 'ready', de: 'failed', es: 'ready' });
    expect(tab.count('translate')).toBe(4);
  });

  it('of a missing model is not tried language by language', async () => {
    const tab = await openTab();
    tab.gates.translate = () => Promise.reject(new TimbreError('model/missing', 'none'));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    expect(tab.count('translate')).toBe(1);
    const { message, versions } = await tab.view(messageId);
    expect(message.transcription?.text).toBe(HELLO);
    expect(versions.fr?.error?.code).toBe('model/missing');
    delete tab.gates.translate;
    await tab.pipeline.retry(messageId);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(tab.count('transcribe')).toBe(1);
  });

  it.each<[string, Partial<Record<Lang, string[]>>, string]>([
    ['no path', { fr: ['a', 'b'], es: ['a', 'b'] }, 'translate/no-path'],
    ['a sentence lost', { fr: ['a', 'b'], es: ['a', 'b'], de: ['a'] }, 'translate/incomplete'],
    ['a sentence empty', { fr: ['a', 'b'], es: ['a', 'b'], de: ['a', ' '] }, 'translate/incomplete']
  ])('%s: that language says so', async (_, outputs, code) => {
    const tab = await openTab();
    tab.deps.engines.translate = () =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(outputs).map(([language, sentences]) => [
            language,
            { sentences, via: [], model: 'm' }
          ])
        )
      );
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('incomplete');
    expect((await tab.view(messageId)).versions.de).toMatchObject({ status: 'failed', error: { code } });
  });

  it('of the recogniser keeps the recording and offers another try', async () => {
    const tab = await openTab();
    tab.gates.transcribe = () => Promise.reject(new Error('strange'));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    expect((await tab.view(messageId)).message).toMatchObject({
      error: { code: 'unknown' },
      original: { durationMs: HELLO.length }
    });
    delete tab.gates.transcribe;
    await tab.pipeline.retry(messageId);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect((await tab.view(messageId)).message.error).toBeNull();
  });

  it('of a new language leaves what was there, says so, and goes back to the language before', async () => {
    const { tab, id } = await ready();
    tab.gates.transcribe = () => Promise.reject(new TimbreError('language/unsupported', 'tlh'));
    await tab.pipeline.setLanguage(id, 'hu');
    expect(await tab.pipeline.whenSettled(id)).toBe('incomplete');
    await tab.pipeline.idle();
    expect((await tab.view(id)).message).toMatchObject({
      error: { code: 'language/unsupported' },
      languageOverride: null,
      transcription: { text: HELLO, language: 'en' }
    });
    expect(await statuses(tab, id)).toEqual({ fr: 'ready', de: 'ready', es: 'ready' });
    delete tab.gates.transcribe;
    await tab.pipeline.retry(id);
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect((await tab.view(id)).message).toMatchObject({ error: null, transcription: { language: 'en' } });

    await tab.pipeline.setLanguage(id, 'fr');
    await tab.pipeline.whenSettled(id);
    tab.gates.transcribe = () => Promise.reject(new TimbreError('language/unsupported', 'tlh'));
    await tab.pipeline.setLanguage(id, 'hu');
    await tab.pipeline.whenSettled(id);
    expect((await tab.view(id)).message.languageOverride).toBe('fr');
  });

  it('in the middle of hearing it in another language: Retry hears it in that one', async () => {
    const { tab, id } = await ready();
    tab.gates.transcribe = () => Promise.reject(new TimbreError('worker/crashed', 'gone'));
    await tab.pipeline.setLanguage(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('incomplete');
    await tab.pipeline.idle();
    expect((await tab.view(id)).message).toMatchObject({
      error: { code: 'worker/crashed' },
      languageOverride: 'fr'
    });
    delete tab.gates.transcribe;
    await tab.pipeline.retry(id);
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect((await tab.view(id)).message.transcription?.language).toBe('fr');
  });

  it('of the voice policy never puts another voice in silently', async () => {
    const tab = await openTab();
    tab.gates.voice = () => Promise.reject(new TimbreError('model/run-failed', 'encoder'));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    expect(tab.count('synthesize')).toBe(0);
    expect((await tab.view(messageId)).versions.fr).toMatchObject({
      status: 'failed',
      error: { code: 'model/run-failed' }
    });
  });

  it('of an encoder falls back to WAV', async () => {
    const tab = await openTab();
    tab.gates.encode = ({ text }) => {
      if (text?.startsWith('mp3')) throw new TimbreError('audio/encode-failed', 'no encoder');
    };
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['fr'] });
    await tab.pipeline.whenSettled(messageId);
    expect((await tab.view(messageId)).versions.fr?.audio?.format).toBe('wav');
  });

  it('of the tables is said, and work goes on when they are back', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await tab.pipeline.whenSettled(messageId);
    await tab.pipeline.idle();
    await tab.storage.store.write(['jobs'], async (unit) => {
      const job = await unit.get('jobs', messageId);
      if (job) await unit.put('jobs', { ...job, state: 'waiting' });
    });
    const all = vi
      .spyOn(tab.storage.store, 'write')
      .mockRejectedValueOnce(new TimbreError('storage/failed', 'gone'));
    await tab.pipeline.resumeAll();
    await tab.pipeline.idle();
    expect(get(tab.pipeline.problem)?.code).toBe('storage/failed');
    all.mockRestore();
    await tab.pipeline.resumeAll();
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(get(tab.pipeline.problem)).toBeNull();
  });
});

describe('a voice model', () => {
  it('is asked for with the recording, speaks, and is scored', async () => {
    const tab = await openTab();
    const conditioning = { profileId: 'me', centroid: new Float32Array(192), engines: {} };
    tab.deps.voice = {
      async voiceFor({ recording, durationMs, speakerId }) {
        expect([(await recording?.())?.samples.length, durationMs, speakerId]).toEqual([
          HELLO.length,
          HELLO.length,
          'me'
        ]);
        return { conditioning, quality: 0.7 };
      },
      similarity: () => Promise.resolve(0.82)
    };
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['fr'] });
    await tab.pipeline.whenSettled(messageId);
    const result = await tab.pipeline.toResult(messageId);
    expect(result.voiceModelQuality).toBe(0.7);
    expect(result.translations.fr).toMatchObject({
      fidelity: 'cloned',
      voiceCloned: true,
      voiceQuality: 0.7,
      similarity: 0.82
    });
  });

  /** A tab with a message spoken in French in a voice, and takes that come as near to it as `similarities` say. */
  async function spoken(similarities: number[]) {
    const tab = await openTab();
    const takes: (number | undefined)[] = [];
    const conditioning = { profileId: 'me', centroid: new Float32Array(192), engines: {} };
    tab.deps.voice = {
      voiceFor: () => Promise.resolve({ conditioning, quality: 0.7 }),
      similarity: () => Promise.resolve(similarities.shift() ?? null)
    };
    const { synthesize } = tab.deps.engines;
    tab.deps.engines.synthesize = (text, language, voice, options) => {
      takes.push(voice?.take);
      return synthesize(text, language, voice, options);
    };
    const { messageId: id } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['fr'] });
    await tab.pipeline.whenSettled(id);
    return { tab, id, takes, sound: async () => (await tab.view(id)).versions.fr?.audio };
  }

  it('speaks again on request, and the take that is nearer stays', async () => {
    const { tab, id, takes, sound } = await spoken([0.6, 0.5, 0.8]);
    const first = await sound();
    await tab.pipeline.speakAgain(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect(await sound()).toEqual(first);
    await tab.pipeline.speakAgain(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect(await sound()).toMatchObject({ similarity: 0.8 });
    expect((await sound())?.audioId).not.toBe(first?.audioId);
    expect(takes).toEqual([undefined, 1, 2]);
    // Words of a person's are no other take of the last ones.
    await tab.pipeline.editTranslation(id, 'fr', 'Salut.');
    await tab.pipeline.whenSettled(id);
    expect(takes).toEqual([undefined, 1, 2, undefined]);
    await expect(tab.pipeline.speakAgain(id, 'ko')).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  it('stopped in another take, its speech is what it was and up to date', async () => {
    const { tab, id, sound } = await spoken([0.6]);
    const first = await sound();
    const there = reached(tab, 'synthesize');
    await tab.pipeline.speakAgain(id, 'fr');
    await there;
    await tab.pipeline.cancel(id);
    expect((await tab.view(id)).versions.fr).toMatchObject({ status: 'ready', audio: first });
  });

  it('and who it belongs to are named in every file, also in one of another format', async () => {
    const { tab, id } = await spoken([0.6]);
    const profile = { id: 'me', name: 'Odile', consent: null, modelVersion: 1, createdAt: 0, updatedAt: 0 };
    await tab.storage.store.write(['profiles'], (unit) => unit.put('profiles', profile));
    expect(await (await tab.pipeline.exportAudio(id, 'fr', 'mp3')).text()).toContain(':AI fr cloned');
    expect(await (await tab.pipeline.exportAudio(id, 'fr', 'ogg')).text()).toContain(':AI fr cloned Odile');
  });
});

describe('a corrected transcript', () => {
  it('translates only the sentence that changed, and keeps the old sound until the new one is there', async () => {
    const { tab, id } = await ready();
    const before = (await tab.view(id)).versions.fr?.audio?.audioId;
    const there = reached(tab, 'synthesize');
    await tab.pipeline.editTranscript(id, 'Hello there. How old are you?');
    await there;
    const during = await tab.view(id);
    expect(during.versions.fr?.audio?.audioId).toBe(before);
    expect(during.message).toMatchObject({
      transcriptRevision: 2,
      transcriptEdited: true,
      transcription: { source: 'typed', text: 'Hello there. How old are you?' }
    });
    expect(
      during.message.transcription?.segments
        .flatMap(({ words }) => words)
        .map(({ text, startMs }) => [text, startMs])
    ).toEqual([
      ['Hello', 0],
      ['there.', 100],
      ['How', 200],
      ['old', 280],
      ['are', 300],
      ['you?', 400]
    ]);
    await tab.pipeline.cancel(id);
    expect((await tab.view(id)).versions.fr).toMatchObject({ status: 'stale', audio: { audioId: before } });
    delete tab.gates.synthesize;
    await tab.pipeline.retry(id);
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    expect(tab.calls.filter(({ stage }) => stage === 'translate').map(({ what }) => what)).toEqual([
      'fr+de+es: How old are you?'
    ]);
    expect((await tab.view(id)).versions.fr).toMatchObject({
      text: 'fr<Hello there.> fr<How old are you?>',
      revision: 2
    });
    await expectConsistent(tab, id);
    expect(await tab.storage.store.ids('audio')).not.toContain(before);
  });

  it('whose sentences all stay makes nothing stale', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranscript(id, 'Hello there.\nHow are you?');
    await tab.pipeline.idle();
    expect(tab.calls).toEqual([]);
    expect((await tab.view(id)).message).toMatchObject({ status: 'ready', transcriptRevision: 2 });
    await expectConsistent(tab, id);
  });

  it('makes only those languages stale whose sentences changed', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranscript(id, 'Hello there. Who are you?', { rerun: false });
    expect(await statuses(tab, id)).toEqual({ fr: 'stale', de: 'stale', es: 'stale' });
    await tab.pipeline.retry(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect(await statuses(tab, id)).toEqual({ fr: 'ready', de: 'stale', es: 'stale' });
    // Back to what it was: German and Spanish were made from just that, French was not.
    await tab.pipeline.editTranscript(id, HELLO, { rerun: false });
    const { versions } = await tab.view(id);
    expect(versions.fr?.status).toBe('stale');
    expect([versions.de?.revision, versions.es?.revision]).toEqual([3, 3]);
    await tab.pipeline.retry(id);
    await tab.pipeline.whenSettled(id);
    await tab.pipeline.idle();
    expect(
      tab.calls.filter(({ stage }) => stage === 'synthesize').map(({ what }) => what.slice(0, 2))
    ).toEqual(['fr', 'fr']);
  });

  it('keeps earlier texts', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranscript(id, 'Other.');
    await tab.pipeline.whenSettled(id);
    expect((await tab.view(id)).message.revisions.map(({ text, by }) => [text, by])).toEqual([
      [HELLO, 'recognised'],
      ['Other.', 'edited']
    ]);
    await expect(tab.pipeline.editTranscript(id, ' ')).rejects.toMatchObject({ code: 'input/invalid' });
  });

  it('in the middle of the work supersedes it', async () => {
    const tab = await openTab();
    const there = reached(tab, 'translate');
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    delete tab.gates.translate;
    await tab.pipeline.editTranscript(messageId, 'Now this.');
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    expect((await tab.view(messageId)).versions.fr?.text).toBe('fr<Now this.>');
    await expectConsistent(tab, messageId);
  });
});

describe('a corrected translation', () => {
  it('makes only its speech stale', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranslation(id, 'fr', 'fr<Hello there.> Ça va ?');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    expect(tab.calls.map(({ stage, what }) => `${stage} ${what}`)).toEqual([
      'voice me',
      'synthesize fr: fr<Hello there.> Ça va ?',
      'encode mp3 fr'
    ]);
    expect((await tab.view(id)).versions.fr).toMatchObject({
      edited: true,
      text: 'fr<Hello there.> Ça va ?',
      textRevision: 2
    });
    await expectConsistent(tab, id);
  });

  it('stays where its sentence stays, and is kept aside where it goes', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranslation(id, 'fr', 'fr<Hello there.> Ça va ?');
    await tab.pipeline.whenSettled(id);
    await tab.pipeline.editTranscript(id, 'Good day. How are you?');
    await tab.pipeline.whenSettled(id);
    expect((await tab.view(id)).versions.fr).toMatchObject({
      text: 'fr<Good day.> Ça va ?',
      edited: true,
      keptEdits: []
    });
    await tab.pipeline.editTranscript(id, 'Good day.');
    await tab.pipeline.whenSettled(id);
    expect((await tab.view(id)).versions.fr).toMatchObject({
      text: 'fr<Good day.>',
      edited: false,
      keptEdits: ['Ça va ?']
    });
  });

  it('without a rerun is stale and says so', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranslation(id, 'fr', 'Autre chose.', { rerun: false });
    await tab.pipeline.idle();
    expect(await statuses(tab, id)).toEqual({ fr: 'stale', de: 'ready', es: 'ready' });
    await expect(tab.pipeline.editTranslation(id, 'ko', 'x')).rejects.toMatchObject({
      code: 'storage/not-found'
    });
  });

  it('can stand in for one that failed', async () => {
    const tab = await openTab();
    tab.gates.translate = () => Promise.reject(new TimbreError('model/missing', 'none'));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['fr'] });
    await tab.pipeline.whenSettled(messageId);
    await tab.pipeline.editTranslation(messageId, 'fr', 'Bonjour. Ça va ?');
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    expect((await tab.view(messageId)).versions.fr).toMatchObject({
      text: 'Bonjour. Ça va ?',
      units: [
        { sources: ['Hello there.'], text: 'Bonjour.' },
        { sources: ['How are you?'], text: 'Ça va ?' }
      ]
    });
    await expectConsistent(tab, messageId);
  });
});

describe('the language', () => {
  it('chosen by a person: the message is heard again with it', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.setLanguage(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    const { message } = await tab.view(id);
    expect(message).toMatchObject({
      languageOverride: 'fr',
      transcriptRevision: 2,
      transcription: { language: 'fr', languageGuesses: [] }
    });
    expect(tab.count('transcribe')).toBe(1);
    // French is what it is said in now: no version of its own.
    expect(await statuses(tab, id)).toEqual({ de: 'ready', es: 'ready' });
    await expectConsistent(tab, id);
  });

  it('can be left to the recogniser again', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.setLanguage(id, 'fr');
    await tab.pipeline.whenSettled(id);
    await tab.pipeline.setLanguage(id, null);
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    expect((await tab.view(id)).message).toMatchObject({
      languageOverride: null,
      transcription: { language: 'en', languageGuesses: [{ language: 'en' }] }
    });
    expect(await statuses(tab, id)).toEqual({ fr: 'ready', de: 'ready', es: 'ready' });
  });

  it('of words that a person wrote: they stay, and are translated anew', async () => {
    const { tab, id } = await ready();
    await tab.pipeline.editTranscript(id, 'Salut. Ça va ?');
    await tab.pipeline.whenSettled(id);
    tab.calls.length = 0;
    await tab.pipeline.setLanguage(id, 'fr');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    expect(tab.count('transcribe')).toBe(0);
    expect((await tab.view(id)).message.transcription).toMatchObject({
      text: 'Salut. Ça va ?',
      language: 'fr'
    });
    expect(tab.calls.find(({ stage }) => stage === 'translate')?.what).toBe('de+es: Salut.|Ça va ?');
  });
});

describe('words that a person writes where there are none', () => {
  it.each(['decode', 'transcribe'] as const)('after a failure in %s', async (stage) => {
    const tab = await openTab();
    tab.gates[stage] = () => Promise.reject(new TimbreError('audio/unsupported', stage));
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('failed');
    await tab.pipeline.idle();
    await tab.pipeline.editTranscript(messageId, 'Hi.');
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    const { message } = await tab.view(messageId);
    expect(message).toMatchObject({
      error: null,
      transcriptEdited: true,
      transcription: { text: 'Hi.', language: 'en', source: 'typed', confidence: 1 }
    });
    expect(await statuses(tab, messageId)).toEqual({ fr: 'ready', de: 'ready', es: 'ready' });
    await expectConsistent(tab, messageId);
  });

  it('are in the language that was chosen for it, and nothing is heard any more', async () => {
    const tab = await openTab();
    const there = reached(tab, 'decode');
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { language: 'fr' });
    await there;
    await tab.pipeline.cancel(messageId);
    await tab.pipeline.idle();
    delete tab.gates.decode;
    await tab.pipeline.editTranscript(messageId, 'Salut.', { rerun: false });
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(tab.count('transcribe')).toBe(0);
    const { message } = await tab.view(messageId);
    expect(message).toMatchObject({
      original: { durationMs: HELLO.length },
      transcription: { text: 'Salut.', language: 'fr' }
    });
    expect(await statuses(tab, messageId)).toEqual({ de: 'ready', es: 'ready' });
  });
});

it('what was odd about a file is kept with it', async () => {
  const { tab, id } = await ready('torn off');
  expect((await tab.view(id)).message.original?.warnings).toEqual(['damaged']);
});

describe('more languages, before it is known where a message goes', () => {
  const LATER = { de: 'ready', es: 'ready', fr: 'ready', it: 'ready' };

  it.each<[string, Stage]>([
    ['is transcribed', 'transcribe'],
    ['is decoded', 'decode']
  ])('while it %s', async (_, stage) => {
    const tab = await openTab();
    const there = reached(tab, stage);
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    delete tab.gates[stage];
    await tab.pipeline.addLanguages(messageId, ['it']);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(await statuses(tab, messageId)).toEqual(LATER);
  });

  it.each(['cancelled', 'failed'] as const)('after it was %s', async (end) => {
    const tab = await openTab();
    const there = reached(tab, 'transcribe', end === 'failed' ? () => Promise.reject(new Error('x')) : held);
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await there;
    if (end === 'cancelled') await tab.pipeline.cancel(messageId);
    expect(await tab.pipeline.whenSettled(messageId)).toBe(end);
    await tab.pipeline.idle();
    delete tab.gates.transcribe;
    await tab.pipeline.addLanguages(messageId, ['it', 'en']);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    expect(await statuses(tab, messageId)).toEqual(LATER);
    await expectConsistent(tab, messageId);
  });

  it('come on top of those that were picked by hand', async () => {
    const tab = await openTab();
    const there = reached(tab, 'transcribe');
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['pt', 'ja'] });
    await there;
    delete tab.gates.transcribe;
    await tab.pipeline.addLanguages(messageId, ['it']);
    await tab.pipeline.addLanguages(messageId, ['nl']);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    expect(Object.keys(await statuses(tab, messageId)).sort()).toEqual(['it', 'ja', 'nl', 'pt']);
  });
});

it('more languages leave the only one that a message has', async () => {
  const tab = await openTab();
  const { messageId } = await tab.pipeline.submitAudio(sound(HELLO), { targetLanguages: ['en'] });
  await tab.pipeline.whenSettled(messageId);
  await tab.pipeline.addLanguages(messageId, ['it']);
  expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
  expect(await statuses(tab, messageId)).toEqual({ en: 'ready', it: 'ready' });
});

it('more languages are made without touching the others', async () => {
  const { tab, id } = await ready();
  await tab.pipeline.addLanguages(id, ['it', 'fr']);
  expect(await tab.pipeline.whenSettled(id)).toBe('ready');
  expect(tab.calls.filter(({ stage }) => stage === 'synthesize').length).toBe(1);
  expect(await statuses(tab, id)).toEqual({ fr: 'ready', de: 'ready', es: 'ready', it: 'ready' });
});

describe('a full disk', () => {
  it('keeps the message and all its languages in memory, says so, and saves them when there is room', async () => {
    const tab = await openTab();
    tab.storage.fill(true);
    const { messageId, kept } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(kept).toBe('memory');
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    await expectConsistent(tab, messageId);
    expect(await (await tab.pipeline.toResult(messageId)).translations.fr?.audio.text()).toContain('mp3:');
    expect(get(tab.storage.state)).toMatchObject({ full: true });
    expect(get(tab.storage.state).unsaved).toBeGreaterThan(5);
    tab.storage.fill(false);
    expect(await tab.storage.save()).toBe(true);
    tab.crash();
    const later = await tab.next();
    expect((await later.view(messageId)).message.status).toBe('ready');
    await expectConsistent(later, messageId);
  });

  it('with room for words but not for sound keeps the words', async () => {
    const tab = await openTab();
    tab.storage.fill(['audio']);
    const { messageId, kept } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(kept).toBe('memory');
    await tab.pipeline.whenSettled(messageId);
    await tab.pipeline.idle();
    tab.crash();
    const later = await tab.next();
    const { message, versions } = await later.view(messageId);
    expect([message.transcription?.text, versions.fr?.text]).toEqual([
      HELLO,
      'fr<Hello there.> fr<How are you?>'
    ]);
    await expect(later.storage.audio.get(message.original?.audioId ?? '')).rejects.toMatchObject({
      code: 'storage/not-found'
    });

    // No language says that it is ready without its sound, and each can be made again.
    expect(Object.values(versions).filter(({ status }) => status === 'ready')).toEqual([]);
    const { messages } = createMessageStore({ storage: later.storage, now: () => 5, newId: () => 'x' });
    expect(await messages.repair()).toBe(3);
    const repaired = await later.view(messageId);
    expect(repaired.message.status).toBe('failed');
    expect(repaired.versions.fr).toMatchObject({
      status: 'failed',
      audio: null,
      text: 'fr<Hello there.> fr<How are you?>',
      error: { code: 'storage/not-found' }
    });
    await later.pipeline.retry(messageId);
    expect(await later.pipeline.whenSettled(messageId)).toBe('ready');
    await later.pipeline.idle();
    expect(later.count('translate')).toBe(0);
    expect(await messages.repair()).toBe(0);
  });

  it('for a language spoken anew leaves it its older sound, out of date, when the tab is gone', async () => {
    const { tab, id } = await ready();
    tab.storage.fill(['audio']);
    await tab.pipeline.editTranslation(id, 'fr', 'Autre chose.');
    expect(await tab.pipeline.whenSettled(id)).toBe('ready');
    await tab.pipeline.idle();
    tab.crash();
    const later = await tab.next();
    const { messages } = createMessageStore({ storage: later.storage, now: () => 5, newId: () => 'x' });
    expect(await messages.repair()).toBe(1);
    expect(await statuses(later, id)).toEqual({ fr: 'stale', de: 'ready', es: 'ready' });
    const older = (await later.view(id)).versions.fr?.audio?.audioId ?? '';
    expect((await later.storage.audio.get(older)).size).toBeGreaterThan(0);
    await later.pipeline.retry(id, 'fr');
    expect(await later.pipeline.whenSettled(id)).toBe('ready');
    await later.pipeline.idle();
    await expectConsistent(later, id);
  });

  it('in one tab: what another puts right leaves the first with what it has', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await tab.pipeline.whenSettled(messageId);
    tab.storage.fill(['audio']);
    await tab.pipeline.addLanguages(messageId, ['it']);
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    const there = await tab.next();
    const { messages } = createMessageStore({ storage: there.storage, now: () => 5, newId: () => 'x' });
    expect(await messages.repair()).toBe(1);
    expect((await there.view(messageId)).message.status).toBe('incomplete');
    expect(await statuses(tab, messageId)).toEqual({ fr: 'ready', de: 'ready', es: 'ready', it: 'ready' });
    tab.storage.fill(false);
    await tab.storage.save();
    expect(await statuses(there, messageId)).toEqual({ fr: 'ready', de: 'ready', es: 'ready', it: 'ready' });
  });

  it('in the middle of the work loses nothing of it', async () => {
    const tab = await openTab();
    tab.gates.synthesize = ({ language }) => {
      if (language === 'de') tab.storage.fill(true);
    };
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    expect(await tab.pipeline.whenSettled(messageId)).toBe('ready');
    await tab.pipeline.idle();
    await expectConsistent(tab, messageId);
  });
});

describe('the result', () => {
  it('is the public one', async () => {
    const { tab, id } = await ready();
    const result = await tab.pipeline.toResult(id);
    expect(Object.keys(result.translations)).toEqual(['fr', 'de', 'es']);
    expect(result).toMatchObject({
      original: {
        transcription: HELLO,
        language: 'en',
        durationMs: HELLO.length,
        confidence: 0.9,
        source: 'whisper'
      },
      translations: {
        fr: {
          language: 'fr',
          text: 'fr<Hello there.> fr<How are you?>',
          durationMs: 330,
          format: 'mp3',
          fidelity: 'stock',
          voiceCloned: false,
          voiceQuality: 0,
          ttsModel: 'fake/fr'
        }
      },
      failures: {},
      voiceModelQuality: 0
    });
    expect(result.translations.fr).not.toHaveProperty('similarity');
    expect(await result.original.audio?.text()).toBe(HELLO);
    expect(result.processingTimeMs).toBeGreaterThan(0);
  });

  it('of a message without a transcript is its error', async () => {
    const tab = await openTab();
    const { messageId } = await tab.pipeline.submitAudio(sound('bad'));
    await tab.pipeline.whenSettled(messageId);
    await expect(tab.pipeline.toResult(messageId)).rejects.toMatchObject({ code: 'audio/not-audio' });
    await expect(tab.pipeline.toResult('none')).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  it('says of marked speech that it is marked, with its row and in each of its files', async () => {
    const tab = await openTab();
    const { engines } = tab.deps;
    const { synthesize } = engines;
    engines.synthesize = async (...call) => ({ ...(await synthesize(...call)), watermark: call[1] === 'fr' });
    const { messageId } = await tab.pipeline.submitAudio(sound(HELLO));
    await tab.pipeline.whenSettled(messageId);
    const { versions } = await tab.view(messageId);
    expect(versions['fr']?.audio?.watermark).toBe(true);
    expect(versions['de']?.audio).not.toHaveProperty('watermark');
    for (const format of ['mp3', 'ogg'] as const)
      expect(await (await tab.pipeline.exportAudio(messageId, 'fr', format)).text()).toMatch(/ marked$/);
    expect(await (await tab.pipeline.exportAudio(messageId, 'de', 'mp3')).text()).toMatch(/ stock$/);
  });

  it('goes out as a file: as it is stored, or encoded when it is asked for', async () => {
    const { tab, id } = await ready();
    expect(await (await tab.pipeline.exportAudio(id, 'fr', 'mp3')).text()).toBe('mp3:330:AI fr stock');
    expect(tab.calls).toEqual([]);
    expect(await (await tab.pipeline.exportAudio(id, 'fr', 'ogg')).text()).toContain(':AI fr');
    expect(await (await tab.pipeline.exportAudio(id, 'original', 'mp3')).text()).toBe(`mp3:${HELLO.length}:`);
    expect(await (await tab.pipeline.exportAudio(id, 'original', 'wav')).text()).toBe(HELLO);
    await expect(tab.pipeline.exportAudio(id, 'ko', 'mp3')).rejects.toMatchObject({
      code: 'storage/not-found'
    });
  });
});
