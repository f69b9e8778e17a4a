/**
 * Every call of the SDK from another company's page on another site, by the example host: what comes back, what the
 * app itself makes of the same, and what is left of it.
 */
import type { Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { AudioMessageResult, CallProgress, Speech, VoiceSample } from '../embed/src/protocol';
import type { TrainingStatus, Transcription, VoiceModel } from '../embed/src/protocol';
import { expectNoViolations } from './accessible';
import {
  answered,
  answerSheet,
  APP,
  call,
  CLINIC,
  expect,
  expectFailure,
  frameOf,
  inFrame,
  openHost,
  question,
  sheet,
  SHOP,
  storedRows,
  test,
  valueOf
} from './embed';
import { openNotes, rowsOf, sendFile, settled } from './messages';
import { ONE_VOICE, said, SPEECH_FILE } from './voice';

test.use({ serviceWorkers: 'block' });

const SHORT = said('short', 0, 3);

/** A Blob, as the panel writes it. */
type Written<T> = { [K in keyof T]: T[K] extends Blob | null ? string : Written<T[K]> };

/** Presses “Allow once” as soon as it is there. @returns whether it was disabled then. */
function pressAtOnce(page: Page): Promise<string | null> {
  return frameOf(page).evaluate(
    () =>
      new Promise((done) => {
        new MutationObserver((_, observer) => {
          const button = document.querySelector<HTMLButtonElement>('[data-testid=permission] button.solid');
          if (!button) return;
          observer.disconnect();
          button.click();
          done(button.getAttribute('aria-disabled'));
        }).observe(document.body, { childList: true, subtree: true });
      })
  );
}

test('a voice message comes back as the app itself makes it; words, translations and speech by themselves', async ({
  page
}) => {
  await openNotes(page, { targetLanguages: ['fr', 'es'] });
  await sendFile(page, SHORT);
  expect(await settled(page)).toBe('ready');
  const [own] = (await rowsOf(page, 'messages')) as {
    transcription: Transcription;
    original: { durationMs: number };
  }[];
  const versions = (await rowsOf(page, 'versions')) as {
    language: string;
    text: string;
    audio: { durationMs: number; format: string; fidelity: string; ttsModel: string; audioId: string };
  }[];
  const sounds = (await rowsOf(page, 'audio')) as { id: string; sizeBytes: number; mimeType: string }[];
  if (!own) throw new Error('the app made no message');

  await openHost(page, 'headless&developer');
  // On one thread, as in a page that isn't isolated; the app itself had more.
  expect(await frameOf(page).evaluate(() => crossOriginIsolated)).toBe(false);
  // Nobody has allowed anything: the question is asked, and no press counts before it was seen.
  const early = pressAtOnce(page);
  const asking = await call(page, 'processAudioMessage', { audio: SHORT, to: 'fr, es' });
  await expect(question(page)).toHaveText(`Let ${CLINIC} use Timbre?`);
  await expect(question(page)).toBeFocused();
  expect(await early).toBe('true');
  await expect(sheet(page).getByRole('button', { name: 'Allow once' })).toBeVisible();
  await answerSheet(page, 'Allow once');
  const result = await valueOf<Written<AudioMessageResult>>(asking);
  expect(result.original).toMatchObject({
    transcription: own.transcription.text,
    language: own.transcription.language,
    durationMs: own.original.durationMs,
    source: 'whisper'
  });
  expect(result.original.confidence).toBeCloseTo(own.transcription.confidence, 2);
  const times = (all: Transcription['segments']) =>
    all.flatMap(({ words }) => words.map(({ text, startMs, endMs }) => [text, startMs, endMs]));
  expect(times(result.original.segments)).toEqual(times(own.transcription.segments));
  expect(result.failures).toEqual({});
  expect(Object.keys(result.translations).sort()).toEqual(['es', 'fr']);
  for (const { language, text, audio } of versions) {
    const { durationMs, format, fidelity, ttsModel } = audio;
    const sound = sounds.find(({ id }) => id === audio.audioId);
    expect(result.translations[language]).toMatchObject({
      language,
      text,
      durationMs,
      format,
      fidelity,
      ttsModel,
      audio: `${sound?.mimeType}, ${sound?.sizeBytes} bytes`
    });
  }
  // What was made for the answer is gone with it.
  for (const table of ['messages', 'versions', 'audio', 'jobs'])
    expect(await storedRows(frameOf(page), `timbre@${CLINIC}`, table), table).toEqual([]);

  const heard = await answered<Transcription>(page, 'transcribe', { language: 'en' });
  expect(heard).toMatchObject({ text: own.transcription.text, language: 'en', languageGuesses: [] });
  expect(heard.segments.flatMap(({ words }) => words).length).toBeGreaterThan(2);
  const text = 'Good night and see you tomorrow.';
  const translated = await answered<Record<string, { text: string; via: string[] }>>(page, 'translate', {
    text,
    to: 'fr, de'
  });
  expect(Object.keys(translated).sort()).toEqual(['de', 'fr']);
  expect(translated.fr?.text).toMatch(/\w/);
  const spoken = await answered<Written<Speech>>(page, 'synthesize', { language: 'en', format: 'wav' });
  expect(spoken).toMatchObject({ language: 'en', text, format: 'wav', fidelity: 'stock', voiceQuality: 0 });
  expect(spoken.audio).toMatch(/^audio\/wav, \d{5,} bytes$/);
  expect(spoken.durationMs).toBeGreaterThan(1000);
});

test('in an isolated host: given words, languages by conversation, a format; progress, a buffer', async ({
  page
}) => {
  // A host that is isolated gives its frame threads.
  await openHost(page, 'headless&developer&isolated');
  expect(await frameOf(page).evaluate(() => crossOriginIsolated)).toBe(true);
  const permission = await call(page, 'requestPermission', { audio: SPEECH_FILE, may: ['process'] });
  await answerSheet(page, 'Allow once');
  expect(await valueOf(permission)).toEqual(['process']);
  const { result, sizes, progress, left } = await page.evaluate(async () => {
    const [file] = document.querySelector<HTMLInputElement>('#calls [name=audio]')?.files ?? [];
    if (!file) throw new Error('no file was chosen');
    const progress: CallProgress[] = [];
    const audio = await file.arrayBuffer();
    const result = await globalThis.timbre.processAudioMessage(audio, {
      transcription: { text: 'I am already on my way.', language: 'en' },
      conversation: {
        members: [
          { id: 'me', systemLanguage: 'en' },
          { id: 'c', systemLanguage: 'fr' },
          { id: 'd', systemLanguage: 'en', customDestinationLanguage: 'de', useCustomDestination: true },
          { id: 'gone', active: false, systemLanguage: 'it' }
        ]
      },
      format: 'wav',
      onProgress: (each) => progress.push(each)
    });
    const sizes = Object.values(result.translations).map((version) => version?.audio.size ?? 0);
    return { result, sizes, progress, left: audio.byteLength };
  });
  expect(result.original).toMatchObject({
    transcription: 'I am already on my way.',
    source: 'mobile',
    confidence: 0.85
  });
  expect(Object.keys(result.translations).sort()).toEqual(['de', 'fr']);
  for (const version of Object.values(result.translations)) expect(version?.format).toBe('wav');
  for (const size of sizes) expect(size).toBeGreaterThan(10_000);
  expect(left).toBeGreaterThan(0);
  const overall = progress.map((each) => each.overall);
  expect(overall).toEqual([...overall].sort((a, b) => a - b));
  expect(overall.every((each) => each >= 0 && each <= 1)).toBe(true);
  expect(new Set(progress.map(({ stage }) => stage))).toContain('translate');
});

test('a call is cancelled by its signal; what cannot be used fails with its code, and a later call works', async ({
  page
}) => {
  await openHost(page, 'headless&developer');
  const long = await call(page, 'processAudioMessage', { audio: 'tests/fixtures/speech/de.wav', to: 'fr' });
  await answerSheet(page, 'Allow once');
  await expect(long).toContainText('%');
  await long.getByRole('button', { name: 'Cancel' }).click();
  await expectFailure(long, 'job/cancelled');
  await expect.poll(() => storedRows(frameOf(page), `timbre@${CLINIC}`, 'messages')).toEqual([]);

  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'audio/wav', buffer });
  const wrong = [
    [{ audio: file('empty.wav', Buffer.alloc(0)) }, 'audio/empty'],
    [{ audio: 'package.json' }, 'audio/not-audio'],
    // A telephone's file of which the end, with the list of its tracks, never came.
    [
      { audio: file('cut.m4a', readFileSync('tests/fixtures/speech/it.m4a').subarray(0, 20_000)) },
      'audio/damaged'
    ],
    [{ audio: SPEECH_FILE, to: 'fr, tlh' }, 'input/invalid'],
    [{ audio: SPEECH_FILE, to: 'fr', person: 'nobody' }, 'storage/not-found']
  ] as const;
  for (const [given, code] of wrong)
    await expectFailure(await call(page, 'processAudioMessage', { person: '', to: 'fr', ...given }), code);

  // 50 MB are taken, with one byte more they are not. They are made in the page: Chromium is given no such files.
  const outcome = await page.evaluate(async () => {
    const megabytes = 50 * 1024 * 1024;
    const of = (bytes: number) => {
      const header = new DataView(new ArrayBuffer(44));
      const write = (at: number, text: string) =>
        [...text].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
      write(0, 'RIFF');
      header.setUint32(4, bytes - 8, true);
      write(8, 'WAVEfmt ');
      header.setUint32(16, 16, true);
      header.setUint16(20, 1, true);
      header.setUint16(22, 2, true);
      header.setUint32(24, 192_000, true);
      header.setUint32(28, 192_000 * 4, true);
      header.setUint16(32, 4, true);
      header.setUint16(34, 16, true);
      write(36, 'data');
      header.setUint32(40, bytes - 44, true);
      return new Blob([header.buffer, new Uint8Array(bytes - 44)], { type: 'audio/wav' });
    };
    const words = { text: 'Good night.', language: 'en' };
    const options = { transcription: words, targetLanguages: ['fr'] };
    const whole = await globalThis.timbre.processAudioMessage(of(megabytes), options);
    const code = await globalThis.timbre
      .processAudioMessage(of(megabytes + 1), options)
      .catch((error: { code: string }) => error.code);
    return { durationMs: whole.original.durationMs, languages: Object.keys(whole.translations), code };
  });
  expect(outcome).toMatchObject({ languages: ['fr'], code: 'audio/too-large' });
  expect(outcome.durationMs).toBeGreaterThan(60_000);

  const [after] = [await answered<Written<Speech>>(page, 'synthesize', { language: 'fr', person: '' })];
  expect(after.format).toBe('mp3');
});

test('samples become a voice model that speaks; no other host sees them, and all of it goes again', async ({
  page
}) => {
  // A training fits the base voice to the person: seconds of work, on one thread here.
  test.setTimeout(240_000);
  await openHost(page, 'headless&developer');
  const permission = await call(page, 'requestPermission', { may: ['process', 'voice', 'samples'] });
  await expect(sheet(page).getByTestId('ask-samples')).not.toBeChecked();
  await answerSheet(page, 'Always allow', ['voice', 'samples']);
  expect(await valueOf(permission)).toEqual(['process', 'voice', 'samples']);

  expect(await answered(page, 'getVoiceModel')).toBeNull();
  // It was to be something else.
  const wrong = await answered<VoiceSample>(page, 'uploadSample', {
    audio: said('another phrase', 0, 5.4),
    phrase: 'Good night and see you tomorrow.'
  });
  expect(wrong).toMatchObject({ status: 'completed', problems: ['not-the-phrase'], weight: 0 });
  await answered(page, 'deleteSample', { id: wrong.id });
  for (const audio of ONE_VOICE) {
    const sample = await answered<VoiceSample>(page, 'uploadSample', { audio, phrase: '' });
    expect(sample).toMatchObject({ speakerProfileId: 'me', status: 'completed', problems: [], weight: 1 });
    expect(sample).not.toHaveProperty('embedding');
  }
  const samples = await answered<VoiceSample[]>(page, 'listSamples');
  expect(samples).toHaveLength(ONE_VOICE.length);
  const first = samples[0]?.id ?? '';
  const sample = await answered<Written<VoiceSample & { audio: Blob }>>(page, 'getSample', { id: first });
  expect(sample.audio).toMatch(/^audio\/wav, \d{5,} bytes$/);

  const started = await answered<TrainingStatus>(page, 'startTraining');
  expect(started).toMatchObject({ speakerProfileId: 'me', modelVersion: null });
  const trained = await answered<TrainingStatus>(page, 'pollTrainingStatus', { id: started.id });
  expect(trained).toMatchObject({
    id: started.id,
    status: 'completed',
    progress: 1,
    sampleCount: 3,
    modelVersion: 1
  });
  expect(await answered(page, 'getTrainingStatus', { id: started.id })).toEqual(trained);
  await expect(page.locator('#events')).toContainText('"status": "completed"');
  const model = await answered<VoiceModel>(page, 'getVoiceModel');
  expect(model).toMatchObject({ userId: 'me', version: 1, origin: 'trained', audioCount: 3 });
  expect(Object.keys(model)).not.toContain('centroid');
  const spoken = await answered<Speech>(page, 'synthesize', { language: 'fr', text: 'Bonne nuit.' });
  expect(spoken.fidelity).toBe('matched');
  expect(spoken.voiceQuality).toBeGreaterThan(0);

  // The other host, of the same site and so with the same storage, has been allowed the same.
  await openHost(page, 'headless&developer', SHOP);
  const other = await call(page, 'requestPermission', { may: ['process', 'voice', 'samples'] });
  await answerSheet(page, 'Allow once', ['voice', 'samples']);
  await valueOf(other);
  expect(await answered(page, 'listSamples')).toEqual([]);
  for (const method of ['getSample', 'deleteSample'])
    await expectFailure(await call(page, method, { id: first }), 'storage/not-found');
  await expectFailure(await call(page, 'getTrainingStatus', { id: started.id }), 'storage/not-found');

  await openHost(page, 'headless&developer');
  const again = await answered<TrainingStatus>(page, 'recalibrateVoiceModel');
  expect(await answered(page, 'pollTrainingStatus', { id: again.id })).toMatchObject({
    status: 'completed',
    modelVersion: 2
  });
  await answered(page, 'deleteVoiceModel');
  expect(await answered(page, 'getVoiceModel')).toBeNull();
  await answered(page, 'deleteSample', { id: first });
  expect(await answered<VoiceSample[]>(page, 'listSamples')).toHaveLength(ONE_VOICE.length - 1);
});

test('allowed once, for good, or not; taken back while a call runs', async ({ page }) => {
  await openHost(page, 'to=fr&developer');
  // No is no for this visit: later calls ask nobody.
  const denied = await call(page, 'translate', { language: 'en', to: 'fr' });
  await answerSheet(page, 'Don’t allow');
  await expectFailure(denied, 'embed/not-allowed');
  await expectFailure(await call(page, 'translate'), 'embed/not-allowed');
  await expect(sheet(page)).toBeHidden();
  // The person alone can think better of it.
  await inFrame(page).getByRole('button', { name: 'Ask again' }).click();
  await answerSheet(page, 'Allow once');
  expect(await page.evaluate(() => globalThis.timbre.granted)).toEqual(['process']);
  await answered(page, 'translate');

  await openHost(page, 'to=fr&developer');
  const asked = await call(page, 'translate', { language: 'en', to: 'fr' });
  await answerSheet(page, 'Always allow');
  await valueOf(asked);
  await openHost(page, 'to=fr&developer');
  expect(await page.evaluate(() => globalThis.timbre.granted)).toEqual(['process']);
  await answered(page, 'translate', { language: 'en', to: 'fr' });

  const running = await call(page, 'processAudioMessage', { audio: SPEECH_FILE, to: 'fr, es, de, it' });
  await expect(running).toContainText('%');
  await inFrame(page).getByRole('button', { name: 'What this site may do' }).click();
  await inFrame(page).getByRole('button', { name: 'Take back' }).click();
  await expectFailure(running, 'embed/not-allowed');
  await expectFailure(await call(page, 'translate'), 'embed/not-allowed');
  await expect(page.locator('#events')).toContainText('permission { "granted": [] }');
  // What was kept for the host is deleted with it.
  const databases = () =>
    frameOf(page).evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await expect.poll(databases).not.toContain(`timbre@${CLINIC}`);
});

test('the question and the page around it hold up to axe, in both themes and on a phone', async ({
  page
}) => {
  for (const theme of ['light', 'dark']) {
    await page.setViewportSize({ width: 390, height: 844 });
    await openHost(page, `to=fr&developer&theme=${theme}`);
    await inFrame(page)
      .getByRole('button', { name: `Allow ${CLINIC} …` })
      .click();
    await expect(sheet(page).getByRole('button', { name: 'Allow once' })).toHaveAttribute(
      'aria-disabled',
      'false'
    );
    await expectNoViolations(page);
    await expect(inFrame(page).getByTestId('frame')).toHaveCSS('color-scheme', theme);
    // By the keyboard; after axe, which gathers what it found in another page, frames get no mouse.
    await sheet(page).getByRole('button', { name: 'Allow once' }).press('Enter');
    await expect(inFrame(page).getByRole('button', { name: 'Record' })).toBeVisible();
    await expectNoViolations(page);
    await page.setViewportSize({ width: 320, height: 640 });
    for (const part of [page, frameOf(page)])
      expect(
        await part.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      ).toBeLessThanOrEqual(0);
  }
  expect(new URL(frameOf(page).url()).origin).toBe(APP);
});
