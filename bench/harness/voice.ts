/** The matched voice as the bench asks for it: fitted to one half of a recording, judged with the other half. */
import { decodeAudio } from '../../src/lib/audio';
import type { Engines } from '../../src/lib/engines';
import { breathe, fitMatchedVoice, measurePerson } from '../../src/lib/voice/matched';
import { phrasesFor } from '../../src/lib/voice/phrases';
import { resample } from '../../workers/decode/resample';
import {
  MATCHED,
  SPEECH_RATE_HZ,
  type Audio,
  type Lang,
  type VoiceConditioning
} from '../../workers/contract';

export interface Distances {
  /** Cosine of the speaker encoder with the half that the fit didn't hear, −1…1. The encoder is the fit's own. */
  similarity: number;
  /** Mean difference of the bands' usual levels, overall level apart, and of their spreads. No model has a say. */
  spectrumDb: number;
  spreadDb: number;
  /** Between the medians of the pitch. */
  pitchSemitones: number;
}

export interface MatchRun {
  fitMs: number;
  /** Of the two halves of the recording with each other. */
  self: number;
  stock: Distances;
  matched: Distances;
  /** The fitted throat with neither bands nor envelope carried over. */
  unshaped: Distances;
  /** A second take. */
  take: Distances;
  /** Time to speak by the speech's length, warm. */
  realTimeFactor: { stock: number; matched: number };
  /** What was heard of each text. */
  heard: { stock: string[]; matched: string[] };
  /** Of all speech: the highest sample, 0…1. */
  peak: number;
  conditioning: unknown;
}

export interface MatchJob {
  /** A recording as a file. */
  base64: string;
  /** What judges by ear: never the fit's own sentences. */
  judged: { text: string; language: Lang }[];
  /** What the recogniser hears. */
  texts: { text: string; language: Lang }[];
}

/** What a person reads out in the voice studio. */
export async function phrasesIn(language: Lang): Promise<string[]> {
  return (await phrasesFor(language)).map(({ text }) => text);
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const mean = (values: readonly number[]) =>
  values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

export async function matchVoice(engines: Engines, job: MatchJob): Promise<MatchRun> {
  const deps = { engines, resample, breathe, now: () => performance.now() };
  const signal = new AbortController().signal;
  const file = new Blob([Uint8Array.from(atob(job.base64), (c) => c.charCodeAt(0))]);
  const { samples, sampleRateHz } = await decodeAudio(file);
  const half = samples.length >> 1;
  const fit: Audio = { samples: samples.slice(0, half), sampleRateHz };
  const judge: Audio = { samples: samples.slice(half), sampleRateHz };
  const [centroid, other] = [await engines.embed(fit), await engines.embed(judge)];
  // Workers are loaded by now but for the base voice's: a training finds it no warmer.
  const start = performance.now();
  const input = { profileId: 'me', centroid, clips: [fit], language: 'en' as const };
  const { voice } = await fitMatchedVoice(deps, input, { signal });
  const fitMs = performance.now() - start;

  let peak = 0;
  async function speak(text: string, language: Lang, conditioning?: VoiceConditioning) {
    const began = performance.now();
    const { audio } = await engines.synthesize(text, language, conditioning);
    const ms = performance.now() - began;
    peak = audio.samples.reduce((most, x) => Math.max(most, Math.abs(x)), peak);
    const heard = await resample(audio.samples, audio.sampleRateHz, SPEECH_RATE_HZ);
    const factor = ms / ((1000 * audio.samples.length) / audio.sampleRateHz);
    return { audio: { samples: heard, sampleRateHz: SPEECH_RATE_HZ }, factor };
  }
  const person = await measurePerson([judge], deps, () => undefined);
  async function distances(conditioning?: VoiceConditioning): Promise<Distances & { factor: number }> {
    const said = [];
    for (const { text, language } of job.judged) said.push(await speak(text, language, conditioning));
    const similarities = [];
    for (const { audio } of said) similarities.push(cosine(await engines.embed(audio), other));
    const spoken = await measurePerson(
      said.map(({ audio }) => audio),
      deps,
      () => undefined
    );
    const difference = (key: 'meanDb' | 'spreadDb') =>
      spoken.bands?.[key].map((x, b) => x - (person.bands?.[key][b] ?? 0)) ?? [];
    const levels = difference('meanDb');
    return {
      similarity: mean(similarities),
      spectrumDb: mean(levels.map((x) => Math.abs(x - mean(levels)))),
      spreadDb: mean(difference('spreadDb').map(Math.abs)),
      pitchSemitones: Math.abs(12 * Math.log2(spoken.pitch.medianHz / person.pitch.medianHz)),
      factor: mean(said.map(({ factor }) => factor))
    };
  }
  const of = (value: unknown, take?: number): VoiceConditioning => ({
    profileId: 'me',
    centroid,
    engines: { [MATCHED]: value },
    take
  });
  async function heard(conditioning?: VoiceConditioning): Promise<string[]> {
    const texts = [];
    for (const { text, language } of job.texts) {
      const { audio } = await speak(text, language, conditioning);
      texts.push((await engines.transcribe(audio, { language, wordTimes: false })).text);
    }
    return texts;
  }
  const [stock, matched] = [await distances(), await distances(of(voice))];
  return {
    fitMs,
    self: cosine(centroid, other),
    stock,
    matched,
    unshaped: await distances(of({ ...voice, shape: null, envelope: null })),
    take: await distances(of(voice, 1)),
    realTimeFactor: { stock: stock.factor, matched: matched.factor },
    heard: { stock: await heard(), matched: await heard(of(voice)) },
    peak,
    conditioning: voice
  };
}
