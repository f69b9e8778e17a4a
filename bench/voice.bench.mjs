/**
 * The matched voice: how much nearer to a person it is than the plain base voice, what it costs and whether it is still
 * understood. Twelve people of `models/training/speaker`'s test part, on whom the speaker encoder was never trained; the
 * fit hears the first half of a recording, the second half judges. `SPEECH` is the folder of recordings
 * (`speakers/librispeech/….ogg`), `VOICES` how many people, `VOICE_DETAILS` a file for everything that was measured.
 * And a training of thirty recordings on the app's own page, which needs no recordings of people.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../scripts/lib/run.mjs';
import { open } from './lib/message.mjs';
import { median, round } from './lib/numbers.mjs';
import { serveHarness } from './lib/serve-harness.mjs';
import { measureTraining } from './lib/training.mjs';

const SPEECH = process.env.SPEECH ?? resolve(root, '../shared/speech');
const PEOPLE = [
  'librispeech/2182-150130-0000',
  'librispeech/3723-171115-0000',
  'librispeech/7794-295947-0000',
  'librispeech/405-130894-0000',
  'librispeech/374-180298-0000',
  'librispeech/6454-107462-0000',
  'librispeech/248-130644-0000',
  'librispeech/8098-275181-0000',
  'librispeech/8051-118101-0000',
  'vctk/p244_023',
  'vctk/p243_023',
  'vctk/p254_023'
].slice(0, Number(process.env.VOICES ?? 12));

/** In two languages, and no sentence that the fit knows. */
const JUDGED = [
  { language: 'en', text: 'She said that the children would like to see the old castle near the river.' },
  { language: 'en', text: 'Leave the bread in the oven for forty-five minutes. Have a good night.' },
  { language: 'fr', text: 'Mon frère arrive demain soir, et nous mangerons tous ensemble dans le jardin.' }
];
/** Of the recogniser's kind (models/training/text), so that the plain voice is heard well and a loss shows. */
const TEXTS = [
  { language: 'en', text: 'My grandmother is coming to visit us on Friday.' },
  { language: 'en', text: 'Why are you so afraid of making a mistake?' },
  { language: 'en', text: "I'm making a fruit salad tonight." },
  { language: 'en', text: 'Would you like a cappuccino or something stronger?' },
  { language: 'en', text: 'What could I take for this back pain?' },
  { language: 'en', text: 'Leo injured his ear while playing football.' },
  { language: 'en', text: "We're going to paint the kitchen grey." },
  { language: 'en', text: "It's freezing in the workshop, is the window open?" },
  { language: 'fr', text: 'Ma grand-mère vient nous rendre visite vendredi.' },
  { language: 'fr', text: 'Pourquoi as-tu tellement peur de faire une erreur ?' },
  { language: 'fr', text: 'Ce soir, je prépare une salade de fruits.' },
  { language: 'fr', text: 'Au revoir, à vendredi.' },
  { language: 'fr', text: 'On va peindre la cuisine en gris.' },
  { language: 'fr', text: 'Tu connais un kinésithérapeute à Lyon qui a encore de la place ?' }
];

/** @param {{ browser: import('playwright-core').Browser, baseURL: string }} given */
export async function measure({ browser, baseURL }) {
  const server = await serveHarness();
  try {
    return [...(await measureTraining(browser, server, baseURL)), ...(await measureMatched(browser, server))];
  } finally {
    server.close();
  }
}

async function measureMatched(browser, server) {
  const files = PEOPLE.map((name) => resolve(SPEECH, `speakers/${name}.ogg`));
  if (!files.every((file) => existsSync(file)))
    return [{ what: 'matched voice', value: 'not measured', note: `no recordings in ${SPEECH}` }];
  const runs = [];
  for (const [i, file] of files.entries()) {
    const { page, close } = await open(browser, server);
    const job = { base64: readFileSync(file).toString('base64'), judged: JUDGED, texts: TEXTS };
    const run = await page.evaluate((job) => window.bench.match(job), job);
    runs.push({ name: PEOPLE[i], ...run });
    await close();
    console.log(
      `${PEOPLE[i]}: ${run.stock.similarity.toFixed(2)} → ${run.matched.similarity.toFixed(2)}, ${Math.round(run.fitMs)} ms`
    );
  }
  if (process.env.VOICE_DETAILS) writeFileSync(process.env.VOICE_DETAILS, JSON.stringify(runs, null, 1));
  return rowsOf(runs);
}

function rowsOf(runs) {
  const mean = (of) => runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  const rise = mean((run) => run.matched.similarity - run.stock.similarity);
  const fitMs = Math.max(...runs.map((run) => run.fitMs));
  const factor = mean((run) => run.realTimeFactor.matched);
  const [stockWer, matchedWer] = [
    wordErrors(runs.map((run) => run.heard.stock)),
    wordErrors(runs.map((run) => run.heard.matched))
  ];
  const closer = (key, digits, unit) => ({
    value: round(
      mean((run) => run.matched[key]),
      digits
    ),
    unit,
    plain: round(
      mean((run) => run.stock[key]),
      digits
    )
  });
  return [
    ...runs.map((run) => ({
      what: `similarity, ${run.name}`,
      value: round(run.matched.similarity, 2),
      plain: round(run.stock.similarity, 2),
      note: `the recording’s halves with each other ${run.self.toFixed(2)}, without shaping ${run.unshaped.similarity.toFixed(2)}, second take ${run.take.similarity.toFixed(2)}`
    })),
    {
      what: `similarity, mean of ${runs.length}`,
      ...closer('similarity', 2),
      note: 'plain: the base voice as it is. The encoder that judges is the fit’s own, on other speech of the person'
    },
    {
      what: 'rise of the similarity',
      value: round(rise, 2),
      budget: '≥ 0.2',
      ok: rise >= 0.2,
      note: `least ${Math.min(...runs.map((run) => run.matched.similarity - run.stock.similarity)).toFixed(2)}`
    },
    {
      what: 'bands’ usual levels away by',
      ...closer('spectrumDb', 1, 'dB'),
      note: 'no model has a say in it'
    },
    { what: 'bands’ spreads away by', ...closer('spreadDb', 1, 'dB') },
    { what: 'pitch away by', ...closer('pitchSemitones', 1, 'semitones') },
    {
      what: 'fit, slowest',
      value: round(fitMs),
      unit: 'ms',
      budget: '≤ 20 s',
      ok: fitMs <= 20_000,
      note: `median ${round(median(runs.map((run) => run.fitMs)))} ms, the base voice’s loading included`
    },
    {
      what: 'speaking by the speech’s length (RTF)',
      value: round(factor, 2),
      unit: '×',
      plain: round(
        mean((run) => run.realTimeFactor.stock),
        2
      ),
      budget: '≤ 0.3',
      ok: factor <= 0.3
    },
    {
      what: 'words not understood',
      value: round(100 * matchedWer, 1),
      unit: '%',
      plain: round(100 * stockWer, 1),
      budget: '≤ 5 points more',
      ok: matchedWer - stockWer <= 0.05,
      note: `starter recogniser, ${TEXTS.length} sentences a voice; worst voice ${(100 * Math.max(...runs.map((run) => wordErrors([run.heard.matched])))).toFixed(1)} %`
    },
    {
      what: 'highest sample',
      value: round(Math.max(...runs.map((run) => run.peak)), 3),
      note: '1 is clipped'
    }
  ];
}

/** Share of all words that were heard wrongly, added or missed. */
function wordErrors(all) {
  let [errors, words] = [0, 0];
  for (const heard of all) {
    for (const [i, { text }] of TEXTS.entries()) {
      const [said, got] = [wordsOf(text), wordsOf(heard[i])];
      errors += distance(said, got);
      words += said.length;
    }
  }
  return errors / words;
}

function wordsOf(text) {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{N}']+/gu) ?? []
  );
}

/** Levenshtein's. */
function distance(a, b) {
  let row = b.map((_, j) => j + 1);
  for (const [i, x] of a.entries()) {
    let diagonal = i;
    let left = i + 1;
    row = row.map((up, j) => {
      const cost = Math.min(up + 1, left + 1, diagonal + (x === b[j] ? 0 : 1));
      [diagonal, left] = [up, cost];
      return cost;
    });
  }
  return row.at(-1) ?? a.length;
}
