import { TimbreError, type Lang, type WorkerConfig } from '../../../contract';
import { floatData, floats, integers, loadWeights, type OnBytes, type Session } from '../../../runtime';
import { audibleRange } from '../../level';
import type { BaseVoice, Mark, Spoken } from '../../baseVoice';
import type { Pronouncer } from '../espeak';
import { joined } from '../../joined';
import { loadConfig, type PiperConfig } from './config';
import { PhonemeIds } from './phonemeIds';
import { runsOf } from './runs';
import { wordMarks } from '../../wordMarks';

/** Of a voice with several speakers. */
const SPEAKER = 0;
/** Kept around what is audible of a sentence. */
const MARGIN_SECONDS = 0.05;

/**
 * A voice of Piper (VITS, Kim et al., 2021): eSpeak NG's phonemes as `input` [1, T] with `input_lengths` [1] and
 * `scales` [3], and `sid` [1] where it has several speakers → [1, 1, 1, samples]. When each word is spoken is an estimate.
 */
export class Piper implements BaseVoice {
  private readonly ids: PhonemeIds;

  constructor(
    private readonly session: Session,
    private readonly config: PiperConfig,
    private readonly espeak: Pronouncer,
    /** For people, and for messages. */
    private readonly name: { voice: string; folder: string }
  ) {
    this.ids = new PhonemeIds(config.phonemeIds);
  }

  modelName(): string {
    return `piper/${this.name.voice}`;
  }

  /** @throws TimbreError 'model/run-failed', 'synthesize/failed' (eSpeak lacks the voice's language). */
  async say(text: string, language: Lang, onFraction?: (fraction: number) => void): Promise<Spoken> {
    const { sampleRateHz, espeakVoice } = this.config;
    const pronounce = (words: string) => this.espeak.phonemes(words, espeakVoice);
    const runs = await this.espeak.complete(() => runsOf(text, language, pronounce));
    const total = runs.reduce((sum, { phonemes }) => sum + phonemes.length, 0);
    const parts: Float32Array[] = [];
    const marks: Mark[] = [];
    let length = 0;
    let said = 0;
    for (const { phonemes, clauses, pauseMs } of runs) {
      const samples = await this.speak(phonemes);
      const offsetMs = (1000 * length) / sampleRateHz;
      const found = wordMarks(clauses, samples, sampleRateHz);
      marks.push(...found.map(({ at, timeMs }) => ({ at, timeMs: timeMs + offsetMs })));
      const pause = new Float32Array(Math.round((pauseMs * sampleRateHz) / 1000));
      parts.push(samples, pause);
      length += samples.length + pause.length;
      said += phonemes.length;
      onFraction?.(said / total);
    }
    return { samples: joined(parts), sampleRateHz, marks };
  }

  /** Its memory; it says nothing afterwards. */
  release(): Promise<void> {
    return this.session.release();
  }

  private async speak(phonemes: string): Promise<Float32Array> {
    const ids = this.ids.encode(phonemes);
    if (ids.length === 0) return new Float32Array(0);
    const { noise, length, noiseW } = this.config.scales;
    const output = outputOf(this.session);
    const outputs = await this.session.run(feedsOf(this.session, ids, [noise, length, noiseW]), [output]);
    const samples = floatData(outputs[output], output);
    if (samples.length === 0 || !samples.every(Number.isFinite)) {
      throw new TimbreError(
        'model/run-failed',
        `${this.name.folder} gave ${samples.length} samples, or some that are none`
      );
    }
    return trimmed(samples, this.config.sampleRateHz);
  }
}

function outputOf({ outputNames: [output = 'output'] }: Session): string {
  return output;
}

function feedsOf({ inputNames }: Session, ids: readonly number[], scales: readonly number[]) {
  return {
    input: integers(ids, [1, ids.length]),
    input_lengths: integers([ids.length], [1]),
    scales: floats(Float32Array.from(scales), [3]),
    ...(inputNames.includes('sid') ? { sid: integers([SPEAKER], [1]) } : {})
  };
}

/** Without the silence around it, so that all pauses between sentences are alike. */
function trimmed(samples: Float32Array, sampleRateHz: number): Float32Array {
  const heard = audibleRange(samples);
  if (!heard) return new Float32Array(0);
  const margin = Math.round(MARGIN_SECONDS * sampleRateHz);
  return samples.slice(Math.max(0, heard.first - margin), heard.end + margin);
}

export interface PiperVoice {
  /** Absolute URL, ending in `/`: `config.json` and `onnx/model.onnx` lie there. */
  folder: string;
  /** e.g. `fr_FR-siwis-medium`. */
  name: string;
}

/** @throws TimbreError 'model/missing', 'model/load-failed', 'model/run-failed' (its self-test), 'network/offline'. */
export async function loadPiper(
  { folder, name }: PiperVoice,
  espeak: Pronouncer,
  config: WorkerConfig,
  onBytes?: OnBytes
): Promise<Piper> {
  const settings = await loadConfig(folder);
  const sample = new PhonemeIds(settings.phonemeIds).sample();
  // Without noise the same phonemes take the same time and sound the same.
  const selfTest = (session: Session) => ({
    feeds: feedsOf(session, sample, [0, settings.scales.length, 0]),
    outputs: [outputOf(session)]
  });
  const file = { name: 'model', variants: [''], onBytes, selfTest };
  const session = await loadWeights(folder, file, config);
  return new Piper(session, settings, espeak, { voice: name, folder });
}
