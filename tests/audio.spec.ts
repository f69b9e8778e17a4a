/**
 * Sound in a real browser: every odd file gives sound or a coded error, and the page lives on; what goes
 * out comes back; a recording survives. On a bare page of its own (`audio-harness/`), so that it is about
 * decoding, encoding and recording alone.
 */
import { basename, join } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { expect, test } from './harness';
import { filesUnder, skipLoudlyWithout } from './shared-files';

const PORT = Number(process.env.E2E_PORT ?? 4273) + 100;
const SHARED = join(import.meta.dirname, '../../shared');

test.use({ baseURL: `http://localhost:${PORT}` });

let server: ViteDevServer;

test.beforeAll(async () => {
  const configFile = join(import.meta.dirname, 'audio-harness/vite.config.ts');
  server = await createServer({ configFile, logLevel: 'error', server: { port: PORT, strictPort: true } });
  await server.listen();
});

test.afterAll(() => server.close());

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await page.waitForFunction(() => 'timbreAudio' in window);
});

interface Outcome {
  file: string;
  code?: string;
  durationMs?: number;
  container?: string;
  peak?: number;
  warnings?: string[];
}

test.describe('files', () => {
  async function decode(page: import('@playwright/test').Page, file: string): Promise<Outcome> {
    await page.setInputFiles('input', file);
    const outcome = await page.evaluate(async () => {
      const blob = document.querySelector('input')?.files?.[0];
      if (!blob) throw new Error('The input has no file.');
      try {
        const { samples, durationMs, container, warnings } = await window.timbreAudio.decodeAudio(blob);
        let peak = 0;
        for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
        return { durationMs, container, peak, warnings };
      } catch (error) {
        return {
          code: error instanceof Error && 'code' in error ? String(error.code) : `uncoded: ${String(error)}`
        };
      }
    });
    return { file: basename(file), ...outcome };
  }

  // All of them go through the app itself in `bad-audio.spec.ts`; here, what exactly comes of these.
  test('malformed and unusual ones: what each is taken for', async ({ page }) => {
    const folder = join(SHARED, 'bad-audio');
    skipLoudlyWithout(folder);
    const expected: Record<string, string> = {
      'padded24b.wav': 'wav',
      'misaligned-chunk.wav': 'wav',
      'fixture.m4a': 'mp4',
      'fixture.mp3': 'mp3',
      'fixture.opus': 'ogg',
      'fixture-id3v2.flac': 'flac',
      'fixture.amr': 'audio/unsupported',
      'fixture-isom.mp4': 'audio/damaged',
      'test_stereo_left_right.webm': 'audio/not-audio',
      'pcmwaveformat-8bit-44100Hz-mono.wav': 'audio/empty'
    };
    const found: Record<string, string | undefined> = {};
    for (const path of filesUnder(folder).filter((path) => basename(path) in expected)) {
      const { file, code, container, durationMs, peak } = await decode(page, path);
      found[file] = code ?? container;
      if (code === undefined) expect(durationMs, file).toBeGreaterThan(0);
      // A decoder's overshoot is fine; noise from misread bytes would go far beyond.
      if (peak !== undefined) expect(peak, file).toBeLessThan(2);
    }
    expect(found).toEqual(expected);
  });

  test('recordings from people’s browsers, whatever their names say', async ({ page }) => {
    const folder = join(SHARED, 'speech/mediarecorder');
    skipLoudlyWithout(folder);
    const containers = new Set<string | undefined>();
    for (const file of filesUnder(folder).filter((name) => name.endsWith('.webm'))) {
      const outcome = await decode(page, file);
      expect(outcome, file).toMatchObject({ warnings: [] });
      expect(outcome.durationMs, file).toBeGreaterThan(1500);
      expect(outcome.peak, file).toBeGreaterThan(0.05);
      containers.add(outcome.container);
    }
    expect(containers).toEqual(new Set(['ogg', 'webm']));
  });

  test('speech', async ({ page }) => {
    skipLoudlyWithout(join(SHARED, 'speech'));
    for (const name of ['jfk.flac', 'de-kerstin/de_rhasspy-0004.ogg', 'en-arctic/bdl/arctic_a0001.ogg']) {
      const outcome = await decode(page, join(SHARED, 'speech', name));
      expect(outcome, name).toMatchObject({ warnings: [] });
      expect(outcome.durationMs, name).toBeGreaterThan(3000);
    }
  });
});

test('what goes out comes back, in each format, with its tags', async ({ page }) => {
  for (const [format, mimeType] of [
    ['mp3', 'audio/mpeg'],
    ['wav', 'audio/wav'],
    ['ogg', 'audio/ogg']
  ] as const) {
    const result = await page.evaluate(async (format) => {
      const audio = window.timbreAudio;
      // 22.05 kHz, as speech engines give it.
      const samples = Float32Array.from(
        { length: 2 * 22_050 },
        (_, i) => 0.4 * Math.sin((2 * Math.PI * 330 * i) / 22_050)
      );
      const spokenAs = { fidelity: 'matched', speaker: 'Odile' } as const;
      const comment = audio.aiSpeechComment('ru', spokenAs);
      const tags = { title: 'Привет', artist: 'Odile', language: 'ru', comment };
      const fractions: number[] = [];
      const { bytes, mimeType } = await audio.encodeAudio({ samples, sampleRateHz: 22_050 }, format, tags, {
        onProgress: ({ fraction }) => fractions.push(fraction)
      });
      const decoded = await audio.decodeAudio(new File([bytes], 'misnamed.bin'));
      const { rmsDbfs } = audio.measure(decoded);
      return {
        type: mimeType,
        text: new TextDecoder().decode(bytes),
        untouched: samples.length,
        durationMs: decoded.durationMs,
        container: decoded.container,
        rmsDbfs
      };
    }, format);
    expect(result).toMatchObject({ type: mimeType, container: format, untouched: 44_100 });
    for (const tag of [
      'Привет',
      'Odile',
      'AI-generated speech (Timbre), language ru, in the voice of Odile (matched)'
    ])
      expect(result.text).toContain(tag);
    // MP3 pads its first and last frames.
    expect(Math.abs(result.durationMs - 2000)).toBeLessThan(150);
    expect(Math.abs(result.rmsDbfs - 20 * Math.log10(0.4 / Math.SQRT2)), format).toBeLessThan(1);
  }
});

test('the encoder takes over what is handed over', async ({ page }) => {
  const result = await page.evaluate(async () => {
    const audio = window.timbreAudio;
    const samples = new Float32Array(22_050).fill(0.1);
    const file = await audio.encodeAudio({ samples, sampleRateHz: 22_050 }, 'mp3', {}, { handOver: true, orElse: 'wav' }); // prettier-ignore
    return { left: samples.length, format: file.format, bytes: file.bytes.byteLength };
  });
  expect(result).toMatchObject({ left: 0, format: 'mp3' });
  // A second at 64 kbit/s.
  expect(result.bytes).toBeGreaterThan(8000);
});

test('a file that was cut off gives the sound it has, and says so', async ({ page }) => {
  const results = await page.evaluate(async () => {
    const audio = window.timbreAudio;
    const samples = Float32Array.from({ length: 64_000 }, (_, i) => 0.4 * Math.sin(i / 10));
    const outcomes = [];
    for (const format of ['mp3', 'wav', 'ogg'] as const) {
      const { bytes } = await audio.encodeAudio({ samples, sampleRateHz: 16_000 }, format);
      const decoded = await audio.decodeAudio(bytes.slice(0, bytes.byteLength * 0.6));
      outcomes.push({ format, durationMs: decoded.durationMs, warnings: decoded.warnings });
    }
    return outcomes;
  });
  for (const { format, durationMs, warnings } of results) {
    expect(durationMs, format).toBeGreaterThan(1500);
    expect(durationMs, format).toBeLessThan(3000);
    expect(warnings, format).toHaveLength(1);
  }
});

test('cancelling answers, and the next file decodes', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const audio = window.timbreAudio;
    const samples = new Float32Array(60 * 16_000).fill(0.1);
    const { bytes } = await audio.encodeAudio({ samples, sampleRateHz: 16_000 }, 'wav');
    const codeOf = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error)
      );
    const controller = new AbortController();
    const decoding = codeOf(audio.decodeAudio(bytes, { signal: controller.signal }));
    const encoding = codeOf(
      audio.encodeAudio({ samples, sampleRateHz: 16_000 }, 'mp3', {}, { signal: controller.signal })
    );
    controller.abort();
    return [
      await decoding,
      await encoding,
      await codeOf(audio.decodeAudio(bytes)),
      await codeOf(audio.decodeAudio(new Blob([bytes]), { maxMs: 10_000 })),
      await codeOf(audio.decodeAudio(new Blob([]))),
      await codeOf(audio.decodeAudio(new Blob([new Uint8Array(audio.MAX_AUDIO_BYTES + 1)])))
    ];
  });
  expect(codes).toEqual([
    'job/cancelled',
    'job/cancelled',
    'done',
    'audio/too-long',
    'audio/empty',
    'audio/too-large'
  ]);
});

test('a recording is metered, journalled, paused, played back, finished, and can be had after a crash', async ({
  page
}) => {
  const result = await page.evaluate(async () => {
    const audio = window.timbreAudio;
    const journal = audio.createMemoryJournal();
    const recorder = new audio.Recorder({ journal, processing: 'raw' });
    let loudest = -100;
    recorder.on('level', ({ rmsDbfs }) => (loudest = Math.max(loudest, rmsDbfs)));
    const secondChunk = new Promise<void>((resolve) => {
      recorder.on('chunk', ({ index }) => {
        if (index === 1) resolve();
      });
    });
    await recorder.start();
    await secondChunk;
    // As after a crash: only what the journal has.
    const crashed = await audio.recoverTake(journal, recorder.id);
    const whileRecording = (await audio.listTakes(journal)).length;
    recorder.pause();
    const preview = await audio.decodeAudio(await recorder.preview());
    recorder.resume();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const take = await recorder.stop();
    const whole = await audio.decodeAudio(take.blob);
    const [listed] = await audio.listTakes(journal);
    return {
      loudest,
      whileRecording,
      crashedMs: crashed.audio.durationMs,
      previewMs: preview.durationMs,
      takeMs: take.durationMs,
      wholeMs: whole.durationMs,
      mimeType: take.mimeType,
      journalled: take.journalled,
      listed
    };
  });
  expect(result.loudest).toBeGreaterThan(-50);
  expect(result.whileRecording).toBe(0);
  expect(result.crashedMs).toBeGreaterThan(800);
  expect(result.previewMs).toBeGreaterThanOrEqual(result.crashedMs);
  expect(result.wholeMs).toBeGreaterThan(result.previewMs);
  expect(Math.abs(result.wholeMs - result.takeMs)).toBeLessThan(400);
  expect(result.mimeType).toContain('webm');
  expect(result.journalled).toBe(true);
  expect(result.listed).toMatchObject({ state: 'stopped' });
});
