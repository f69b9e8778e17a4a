/**
 * What is no good for a voice, as files: each gets its sentence, none counts, and nothing that is there changes. The
 * people are of `../shared/speech`, since one base voice is too like another.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './harness';
import { rowsOf, wav, type FileToSend } from './messages';
import { skipLoudlyWithout } from './shared-files';
import { addSamples, allJudged, asWav, openVoice, samples, tooLoud } from './voice';

test.use({ serviceWorkers: 'block' });

const PEOPLE = join(import.meta.dirname, '../../shared/speech/en-arctic');
const HAS_FFMPEG = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
const RATE_HZ = 16_000;

/** Sentences one after another, as 16-bit numbers. @param seconds of each, at most. */
function spoken(sentences: readonly string[], seconds = 4, rateHz = RATE_HZ): Buffer {
  return Buffer.concat(
    sentences.map((name) => {
      const file = join(PEOPLE, `${name}.ogg`);
      const form = ['-t', String(seconds), '-f', 's16le', '-ac', '1', '-ar', String(rateHz), '-'];
      const { stdout, status } = spawnSync('ffmpeg', ['-v', 'error', '-i', file, ...form]);
      if (status !== 0) throw new Error(`ffmpeg could not read ${file}`);
      return stdout;
    })
  );
}
const slt = (number: string) => `slt/arctic_a${number}`;
const bdl = (number: string) => `bdl/arctic_a${number}`;

/** Notes of a plucked string, with a second and a third partial. */
function music(): Buffer {
  const notesHz = [262, 330, 392, 523, 440, 349, 294, 392];
  return wav(6, (at) => {
    const since = at % 0.5;
    const hz = notesHz[Math.floor(at / 0.5) % notesHz.length] ?? 0;
    const partial = (number: number) => Math.sin(2 * Math.PI * number * hz * at) / number;
    return 0.3 * Math.exp(-4 * since) * (partial(1) + partial(2) + partial(3));
  });
}

/** As large as a file can't be, and nothing in it. */
function tooLarge(): string {
  const path = join(tmpdir(), 'timbre-too-large.wav');
  const file = openSync(path, 'w');
  ftruncateSync(file, 50 * 1024 * 1024 + 1);
  closeSync(file);
  return path;
}

const asFile = (name: string, buffer: Buffer): FileToSend => ({ name, mimeType: 'audio/wav', buffer });

test('silence, music, two people, another person, clipped, 8 kHz, 0.3 s, 50 MB: each says what is wrong with it', async ({
  page
}) => {
  skipLoudlyWithout(PEOPLE);
  if (existsSync(PEOPLE) && !HAS_FFMPEG) console.warn('SKIPPED: ffmpeg is absent.');
  test.skip(!HAS_FFMPEG, 'ffmpeg is absent');
  await openVoice(page);
  await addSamples(page, [
    asWav('one', spoken([slt('0001')])),
    asWav('two', spoken([slt('0002')])),
    asWav('three', spoken([slt('0003')]))
  ]);
  const before = (await rowsOf(page, 'samples')) as { id: string; problems: string[]; weight: number }[];
  expect(before.map(({ problems, weight }) => [problems, weight])).toEqual([
    [[], 1],
    [[], 1],
    [[], 1]
  ]);

  const narrow = asWav('8 kHz', spoken([slt('0010')], 4, 8000)).buffer;
  narrow.writeUInt32LE(8000, 24);
  narrow.writeUInt32LE(16_000, 28);
  const bad: [FileToSend, string, string][] = [
    [
      asFile(
        'silence.wav',
        wav(3, () => 0)
      ),
      'no-speech',
      'No speech was heard.'
    ],
    [asFile('music.wav', music()), 'no-speech', 'No speech was heard.'],
    [
      asWav('two people', spoken([slt('0007'), bdl('0007')])),
      'two-voices',
      'It sounds as if more than one person speaks in it.'
    ],
    [
      asWav('another person', spoken([bdl('0006')])),
      'other-voice',
      'It sounds like another voice than the rest.'
    ],
    [asWav('clipped', tooLoud(spoken([slt('0007')]))), 'clipped', 'So loud that its peaks are cut off.'],
    [asFile('8 kHz.wav', narrow), 'narrow', 'It has only the lower half of a voice, like a telephone call.'],
    [
      asWav('0.3 s', spoken([slt('0008')], 2).subarray(32_000, 41_600)),
      'too-short',
      'Too short to tell a voice by.'
    ]
  ];
  const picker = page.getByTestId('voice-samples').locator('input[type=file]');
  await picker.setInputFiles(bad.map(([file]) => file));
  await page.getByRole('button', { name: /^Show all/ }).click();
  await allJudged(page, before.length + bad.length);

  const sheet = page.getByRole('dialog');
  for (const [{ name }, problem, sentence] of bad) {
    const row = samples(page).filter({ hasText: name });
    await expect(row, name).toHaveAttribute('data-problem', problem);
    await row.getByRole('button', { name: /^More for/ }).click();
    await expect(sheet, name).toContainText(sentence);
    await page.keyboard.press('Escape');
    await expect(sheet).toHaveCount(0);
  }
  const after = (await rowsOf(page, 'samples')) as typeof before;
  for (const row of after) if (!before.some(({ id }) => id === row.id)) expect(row.weight).toBe(0);

  await picker.setInputFiles(tooLarge());
  await expect(page.getByTestId('notices')).toContainText('This file is larger than Timbre takes.');
  expect(await rowsOf(page, 'samples')).toHaveLength(after.length);
  expect(after.filter(({ id }) => before.some((row) => row.id === id))).toEqual(before);
});
