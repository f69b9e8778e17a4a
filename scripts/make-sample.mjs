/**
 * Makes the sample message of the first visit: six sentences spoken by the app's own synthesis, with the
 * times of their words, into `static/sample/`. Run it again after a change of the sentences or the voice:
 *
 *   node scripts/make-sample.mjs
 *
 * The app's code runs in a Chromium, as it does for people; Vite serves it.
 */
import { chromium } from 'playwright-core';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createServer } from 'vite';
import { findChromium } from './lib/chromium.mjs';
import { root } from './lib/run.mjs';

/** Written for this purpose; the first is what was "said". */
const SENTENCES = {
  en: 'We kept a seat for you at the long table. Come as you are.',
  fr: 'On t’a gardé une place à la grande table. Viens comme tu es.',
  es: 'Te guardamos un sitio en la mesa larga. Ven como eres.',
  de: 'Wir haben dir einen Platz am langen Tisch freigehalten. Komm, wie du bist.',
  it: 'Ti abbiamo tenuto un posto al tavolo lungo. Vieni come sei.',
  pt: 'Guardámos um lugar para ti na mesa comprida. Vem como és.'
};
const PORT = 5391;

/** Vite loads the page anew when it has prepared a package; what was under way there is asked again. */
async function afterReloads(work, attempts = 5) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (--attempts === 0 || !/context was destroyed|navigation/.test(error.message)) throw error;
    }
  }
}

const folder = resolve(root, 'static/sample');
const server = await createServer({ root, server: { port: PORT, strictPort: true }, logLevel: 'warn' });
await server.listen();
const executablePath = await findChromium();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  await page.goto(`http://localhost:${PORT}/`);
  await mkdir(folder, { recursive: true });
  const versions = [];
  for (const [language, text] of Object.entries(SENTENCES)) {
    const made = await afterReloads(() =>
      page.evaluate(
        async ({ language, text }) => {
          const { createEngines } = await import('/src/lib/engines/index.ts');
          const { aiSpeechComment, encodeAudio, peaksByWords } = await import('/src/lib/audio/index.ts');
          const engines = createEngines({
            runtimeBase: `${location.origin}/runtime/`,
            modelBase: `${location.origin}/models/`,
            webgpu: 'never'
          });
          const speech = await engines.synthesize(text, language);
          engines.release();
          const peaks = peaksByWords(speech.audio, speech.words, 96).map(
            ({ height }) => Math.round(height * 100) / 100
          );
          const tags = {
            title: 'Timbre sample',
            artist: 'eSpeak NG',
            language,
            comment: aiSpeechComment(language, { fidelity: speech.fidelity, speaker: '' })
          };
          const blob = await encodeAudio(speech.audio, 'mp3', tags);
          return {
            bytes: [...new Uint8Array(await blob.arrayBuffer())],
            durationMs: Math.round((speech.audio.samples.length / speech.audio.sampleRateHz) * 1000),
            model: speech.model,
            fidelity: speech.fidelity,
            words: speech.words.map((word) => ({
              text: word.text,
              startMs: Math.round(word.startMs),
              endMs: Math.round(word.endMs)
            })),
            peaks
          };
        },
        { language, text }
      )
    );
    const { bytes, ...rest } = made;
    const file = `${language}.mp3`;
    await writeFile(resolve(folder, file), Uint8Array.from(bytes));
    versions.push({ language, text, file, ...rest });
    console.log(`${file}: ${rest.durationMs} ms, ${bytes.length} bytes, ${rest.model}`);
  }
  const sample = {
    madeBy: 'Made by the Timbre project (scripts/make-sample.mjs) with eSpeak NG. Nobody was recorded.',
    licence: 'CC0-1.0',
    fidelity: versions[0].fidelity,
    versions
  };
  await writeFile(resolve(folder, 'sample.json'), `${JSON.stringify(sample)}\n`);
} finally {
  await browser.close();
  await server.close();
}
