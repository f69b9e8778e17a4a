/** The starter models themselves, on speech of eSpeak NG and, where it is here, of people. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { measure } from '$lib/audio/measure';
import { peaksOf } from '$lib/audio/peaks';
import { tabLocks } from '$lib/locks';
import { ME } from '$lib/storage';
import { openTestStorage } from '$lib/storage/index.testing';
import { DEFAULT_MODELS, SPEECH_RATE_HZ, type Audio, type Lang } from '$workers/contract';
import { resample } from '$workers/decode';
import { readAudio } from '$workers/decode/read';
import { encodeWav } from '$workers/encode/wav';
import { fetchFromDisk, MODEL_BASE, nodeConfig, VAD_FILE } from '$workers/runtime/testing';
import { loadEspeak } from '$workers/synthesize/engines/espeak';
import { espeakFile } from '$workers/synthesize/espeak.testing';
import { synthesize } from '$workers/synthesize/synthesize';
import { loadVad } from '$workers/transcribe/engines/silero';
import { loadWhisper } from '$workers/transcribe/engines/whisper';
import { textFit, type FittingEars } from '$workers/transcribe/textFit';
import { transcribe, type Ears } from '$workers/transcribe/transcribe';
import { embed } from '$workers/voice/embed';
import { loadEcapa, type EcapaEncoder } from '$workers/voice/engines/ecapa';
import { phrasesFor } from '../phrases';
import { createProfiles } from '../profiles';
import { newSample } from './harness.testing';
import { createSamples } from './samples';
import { speechByEnergy } from './speech';
import type { StudioDeps } from './types';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const starter = join(root, 'models/starter');
const present = [VAD_FILE, join(starter, 'whisper/config.json'), join(starter, 'speaker/config.json')].every(
  (file) => existsSync(file)
);
if (!present) console.warn('SKIPPED: the starter models are not here.');

const SPEECH = join(root, '../shared/speech');
const people =
  present && existsSync(SPEECH) && spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).status === 0;
if (!people) console.warn('SKIPPED: ../shared/speech or ffmpeg is absent, so no people are heard.');

describe.skipIf(!present)('with the starter models', { timeout: 240_000 }, () => {
  let ears: Ears & FittingEars;
  let encoder: EcapaEncoder;
  let espeak: Awaited<ReturnType<typeof loadEspeak>>;
  beforeAll(async () => {
    vi.stubGlobal('fetch', fetchFromDisk({ starter, vad: dirname(VAD_FILE), espeak: espeakFile }));
    const at = (model: string) => `${MODEL_BASE}${model}/`;
    ears = {
      vad: await loadVad(MODEL_BASE + DEFAULT_MODELS.voiceActivity, nodeConfig()),
      whisper: await loadWhisper(at(DEFAULT_MODELS.transcriber), nodeConfig()),
      model: DEFAULT_MODELS.transcriber
    };
    encoder = await loadEcapa(at(DEFAULT_MODELS.speakerEncoder), nodeConfig());
    espeak = await loadEspeak(`${MODEL_BASE}espeak/`);
  }, 240_000);

  async function openStudio() {
    let time = 0;
    const deps: StudioDeps = {
      storage: await openTestStorage(),
      engines: {
        transcribe: (audio, options = {}) => transcribe(audio, ears, options),
        textFit: (audio, texts, language) => textFit(audio, ears, language, texts),
        embed: (audio) => embed(audio, encoder)
      },
      embeddingModel: () => Promise.resolve(DEFAULT_MODELS.speakerEncoder),
      decode: async (blob) =>
        readAudio(new Uint8Array(await blob.arrayBuffer()), { maxMs: 600_000, onProgress: () => {} }),
      encodeWav: (audio) => Promise.resolve(wav(audio)),
      measure,
      peaks: (audio) => Array.from(peaksOf(audio, 96)),
      speechIn: speechByEnergy,
      locks: tabLocks(),
      clock: { now: () => ++time },
      newId: () => `id-${++time}`,
      onProblem: (problem) => expect.fail(problem.message)
    };
    const samples = createSamples(deps);
    const rows = async () => {
      await samples.idle();
      const all = await deps.storage.store.where('samples', 'speakerProfileId', ME);
      return all.sort((a, b) => a.createdAt - b.createdAt);
    };
    return { samples, profiles: createProfiles(deps), rows };
  }

  function wav({ samples, sampleRateHz }: Audio): Blob {
    return new Blob([encodeWav(samples, sampleRateHz, {})], { type: 'audio/wav' });
  }

  async function said(text: string, language: Lang): Promise<Float32Array> {
    const { audio } = await synthesize(text, language, espeak);
    return resample(audio.samples, audio.sampleRateHz, SPEECH_RATE_HZ);
  }

  /** One after another, with a quiet room between and around them. */
  function inRoom(pauseSeconds: number, ...parts: Float32Array[]): Audio {
    let seed = 1;
    const noise = () => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 30 - 1) * 0.0005;
    const pause = new Float32Array(Math.round(pauseSeconds * SPEECH_RATE_HZ));
    const whole = [pause, ...parts.flatMap((part) => [part, pause])].flatMap((part) => Array.from(part));
    return { samples: Float32Array.from(whole, (x) => x + noise()), sampleRateHz: SPEECH_RATE_HZ };
  }

  test('phrases that are read out are good samples of one voice; a quiet room is none', async () => {
    const { samples, rows } = await openStudio();
    const phrases = [...(await phrasesFor('en')).slice(0, 2), ...(await phrasesFor('en')).slice(-1)];
    for (const phrase of phrases) {
      const blob = wav(inRoom(0.4, await said(phrase.text, 'en')));
      await samples.add(newSample(blob, { source: 'guided', phrase, language: 'en' }));
    }
    await samples.add(
      newSample(wav(inRoom(3)), { source: 'guided', ...(phrases[0] ? { phrase: phrases[0] } : {}) })
    );
    const [quiet, ...read] = (await rows()).reverse();
    for (const row of read) {
      expect(row).toMatchObject({
        status: 'completed',
        problems: [],
        weight: 1,
        embeddingModel: 'starter/speaker'
      });
      expect(row.transcript).not.toBe('');
      expect(Math.hypot(...(row.embedding ?? []))).toBeCloseTo(1, 4);
    }
    expect(quiet).toMatchObject({ status: 'completed', problems: ['no-speech', 'too-quiet'], weight: 0 });
  });

  test('free speech is cut between its sentences', async () => {
    const { samples, rows } = await openStudio();
    const texts = (await phrasesFor('fr')).slice(4, 7).map(({ text }) => text);
    const parts = await Promise.all(texts.map((text) => said(text, 'fr')));
    await samples.addFreestyle(ME, wav(inRoom(0.9, ...parts)), { language: 'fr' });
    const pieces = await rows();
    expect(pieces.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    pieces.forEach(({ durationMs }, index) => {
      const spokenMs = ((parts[index]?.length ?? 0) * 1000) / SPEECH_RATE_HZ;
      expect(Math.abs(durationMs - spokenMs)).toBeLessThan(500);
    });
  });

  describe.skipIf(!people)('and people', () => {
    function heard(file: string): Blob {
      const command = ['-v', 'error', '-i', join(SPEECH, file), '-f', 'wav', '-ac', '1', '-ar', '16000', '-'];
      const { stdout, status } = spawnSync('ffmpeg', command, { maxBuffer: 2 ** 26 });
      if (status !== 0) throw new Error(`ffmpeg could not read ${file}`);
      return new Blob([new Uint8Array(stdout)], { type: 'audio/wav' });
    }
    const clips = (folder: string, speaker: string, count: number) =>
      readFileSync(join(SPEECH, folder, 'transcripts.tsv'), 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
        .flatMap(([file = '', text = '']) =>
          file.startsWith(speaker) && text.length > 45 ? [{ file: `${folder}/${file}`, text }] : []
        )
        .filter((_, index) => index % 37 === 5)
        .slice(0, count);

    test('who read the very sentence are not told that they said something else, and one stranger among them is found', async () => {
      const { samples, rows } = await openStudio();
      const read = [
        ...clips('en-arctic', 'slt', 4),
        ...clips('en-arctic', 'bdl', 1),
        ...clips('en-arctic', 'slt', 6).slice(4)
      ];
      for (const { file, text } of read) {
        const phrase = { id: file, category: 'everyday', text } as const;
        await samples.add(newSample(heard(file), { source: 'guided', phrase, language: 'en' }));
      }
      expect((await rows()).map(({ problems }) => problems)).toEqual([
        [],
        [],
        [],
        [],
        ['other-voice'],
        [],
        []
      ]);
    });

    test('who read another phrase are told so', async () => {
      const { samples, rows } = await openStudio();
      const read = [...clips('en-arctic', 'slt', 4), ...clips('en-arctic', 'bdl', 8).slice(4)];
      for (const [i, { file }] of read.entries()) {
        const text = read[(i + 3) % read.length]?.text ?? '';
        const phrase = { id: file, category: 'everyday', text } as const;
        await samples.add(newSample(heard(file), { source: 'guided', phrase, language: 'en' }));
      }
      const told = (await rows()).filter(({ problems }) => problems.includes('not-the-phrase'));
      // Some sentence stands out by chance.
      expect(told.length).toBeGreaterThanOrEqual(read.length / 2);
    });

    test('are refused a consent that they didn’t speak', async () => {
      const { samples, profiles, rows } = await openStudio();
      const [other, ...mine] = clips('en-arctic', 'slt', 5);
      for (const { file } of mine) await samples.add(newSample(heard(file), { language: 'en' }));
      await rows();
      await expect(profiles.giveConsent(ME, heard(other?.file ?? ''), 'en')).rejects.toMatchObject({
        code: 'voice/consent-words'
      });
      const sentence = wav(inRoom(0.4, await said(await profiles.consentSentence(ME, 'en'), 'en')));
      await expect(profiles.giveConsent(ME, sentence, 'en')).rejects.toMatchObject({
        code: 'voice/consent-voice'
      });
    });
  });

  test('consent is taken from the voice of the recordings', async () => {
    const { samples, profiles, rows } = await openStudio();
    for (const { text } of (await phrasesFor('en')).slice(2, 6))
      await samples.add(newSample(wav(inRoom(0.4, await said(text, 'en'))), { language: 'en' }));
    await rows();
    const sentence = wav(inRoom(0.4, await said(await profiles.consentSentence(ME, 'en'), 'en')));
    await profiles.giveConsent(ME, sentence, 'en');
    expect((await profiles.get(ME)).consent?.similarity).toBeGreaterThan(0.4);
  });
});
