import { CHATTERBOX, TimbreError, type Audio, type Lang, type WorkerConfig } from '../../../contract';
import { floatData, floats, integers } from '../../../runtime';
import type { Spoken } from '../../baseVoice';
import { bestClips } from '../../bestClips';
import { shareOf, type OnFraction } from '../../fractions';
import { joined } from '../../joined';
import { seedOf, uniform } from '../../../chance';
import type { CloningVoice, SayOptions } from '../../cloningVoice';
import { audibleRange } from '../../level';
import { stretchesOf } from '../../stretches';
import { loadConfig } from './config';
import { decodeSpeech, type SaidTokens } from './decode';
import { loadSpeakingGraphs, loadSpeechEncoder, type SpeakingGraphs } from './graphs';
import {
  BANDS,
  HEARD_SECONDS,
  LAST_SILENCES,
  RATE_HZ,
  SILENCE,
  SPEAKER_SIZE,
  TOKENS_PER_SECOND
} from './layout';
import { sampled, USUAL_SAMPLING } from './sampling';
import { SpeechModel } from './speechModel';
import { hasWords, preparedText, SPOKEN, tokenRange } from './text';
import { loadTokenizer, type TextTokens } from './tokenizer';
import { packVoice, unpackVoice, type ChatterboxVoice } from './voice';

/** Less than this says too little of a voice. */
const LEAST_SECONDS = 1;
/** In characters: in one go it stays with a text of some 15 s, and its memory grows with what it has said. */
const LONGEST = 220;
/** Each with chance of its own. */
const ATTEMPTS = 2;
/** Of a call, what loading takes; of speaking, what the tokens take before they are sound. */
const LOADING_SHARE = 0.3;
const TOKENS_SHARE = 0.85;
/** A usual voice says about so many letters a second. */
const LETTERS_PER_SECOND = 14;

interface Speaking {
  tokens: TextTokens;
  model: SpeechModel;
  vocoder: SpeakingGraphs['vocoder'];
}

/**
 * Chatterbox Multilingual (Resemble AI, 0.5 B). Nothing is loaded before the first call that needs it. The speech encoder,
 * which is needed once a voice, is given back when it has heard one.
 */
export class Chatterbox implements CloningVoice {
  readonly name = CHATTERBOX;
  private speaking: Speaking | undefined;

  /** @param folder the model's absolute URL, ending in `/`. */
  constructor(
    private readonly folder: string,
    private readonly config: WorkerConfig
  ) {}

  speaks(language: Lang): boolean {
    return SPOKEN.includes(language);
  }

  /**
   * The speech encoder's tensors of the best 10 s, with their shapes (`packVoice`).
   * @throws TimbreError 'voice/no-samples', 'audio/too-short', 'speech/none-found', 'model/…'.
   */
  async enrol(clips: readonly Audio[], onFraction?: OnFraction): Promise<Float32Array> {
    const samples = bestClips(clips, RATE_HZ, HEARD_SECONDS);
    if (samples.length < LEAST_SECONDS * RATE_HZ)
      throw new TimbreError('audio/too-short', `the clips have not ${LEAST_SECONDS} s of speech together`);
    const encoder = await loadSpeechEncoder(this.folder, this.config, shareOf(onFraction, 0, LOADING_SHARE));
    try {
      const outputs = await encoder.run({ audio_values: floats(samples, [1, samples.length]) });
      const tokens = outputs['audio_tokens']?.data;
      if (!(tokens instanceof BigInt64Array))
        throw new TimbreError('model/run-failed', 'the speech encoder gave no tokens');
      const voice: ChatterboxVoice = {
        features: floatData(outputs['audio_features'], 'audio_features'),
        width: outputs['audio_features']?.dims.at(-1) ?? 0,
        tokens: Array.from(tokens, Number),
        speaker: floatData(outputs['speaker_embeddings'], 'speaker_embeddings'),
        frames: floatData(outputs['speaker_features'], 'speaker_features')
      };
      onFraction?.(1);
      return checked(packVoice(voice));
    } finally {
      await encoder.release();
    }
  }

  /**
   * The same text, voice and take are the same speech tokens every time.
   * @throws TimbreError 'input/invalid', 'synthesize/failed' (nothing is heard of it), 'model/…'.
   */
  async say(
    text: string,
    language: Lang,
    conditioning: Float32Array,
    { take = 0, onFraction }: SayOptions = {}
  ): Promise<Spoken> {
    if (!this.speaks(language))
      throw new TimbreError('input/invalid', `Chatterbox does not speak ${language} here`);
    const voice = unpackVoice(conditioning);
    const loading = this.speaking ? 0 : LOADING_SHARE;
    const speaking = await this.ready(shareOf(onFraction, 0, loading));
    const parts: Float32Array[] = [];
    for (const { text: piece, start, pauseMs } of stretchesOf(text, language, LONGEST)) {
      if (!hasWords(piece)) continue;
      const at = (offset: number) => loading + ((1 - loading) * (start + offset)) / text.length;
      const seed = (attempt: number) => seedOf(piece, language, conditioning, take, attempt);
      const told = shareOf(onFraction, at(0), at(piece.length));
      parts.push(await speak(speaking, voice, { text: piece, language, seed, onFraction: told }));
      const isLast = text.slice(start + piece.length).trim() === '';
      if (!isLast) parts.push(new Float32Array(Math.round((pauseMs * RATE_HZ) / 1000)));
    }
    onFraction?.(1);
    return { samples: joined(parts), sampleRateHz: RATE_HZ, marks: [] };
  }

  private async ready(onFraction: OnFraction): Promise<Speaking> {
    if (this.speaking) return this.speaking;
    const [settings, tokens] = await Promise.all([loadConfig(this.folder), loadTokenizer(this.folder)]);
    const { embedder, decoder, vocoder } = await loadSpeakingGraphs(
      this.folder,
      settings,
      this.config,
      onFraction
    );
    return (this.speaking = { tokens, model: new SpeechModel(embedder, decoder, settings), vocoder });
  }
}

interface Piece {
  text: string;
  language: Lang;
  seed: (attempt: number) => number;
  onFraction: OnFraction;
}

/** Tries again where speech has no end, goes in circles, is too short for the text, or is silent; then the best is taken. */
async function speak(
  { tokens, model, vocoder }: Speaking,
  voice: ChatterboxVoice,
  { text, language, seed, onFraction }: Piece
): Promise<Float32Array> {
  const ids = tokens(preparedText(text, language));
  const { least, most } = tokenRange(text);
  const expected = Math.min(most, 10 + (TOKENS_PER_SECOND * text.length) / LETTERS_PER_SECOND);
  const tries: SaidTokens[] = [];
  let furthest = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const chance = uniform(seed(attempt));
    const said = await decodeSpeech(model, voice, ids, {
      choose: (scores) => sampled(scores, USUAL_SAMPLING, chance),
      maxTokens: most,
      onToken(count) {
        furthest = Math.max(furthest, Math.min(1, count / expected));
        onFraction(TOKENS_SHARE * furthest);
      }
    });
    tries.push(said);
    if (said.end !== 'said' || said.tokens.length < least) continue;
    const samples = await sound(vocoder, voice, said.tokens);
    if (audibleRange(samples)) return finished(samples, onFraction);
  }
  for (const { tokens: said } of tries.sort((a, b) => worthOf(b, least) - worthOf(a, least))) {
    const samples = await sound(vocoder, voice, said);
    if (audibleRange(samples)) return finished(samples, onFraction);
  }
  throw new TimbreError(
    'synthesize/failed',
    `Chatterbox said nothing of a text of ${text.length} characters`
  );
}

function finished(samples: Float32Array, onFraction: OnFraction): Float32Array {
  onFraction(1);
  return samples;
}

/** What came to its end before what did not, and more of the text before less. */
function worthOf({ tokens, end }: SaidTokens, least: number): number {
  return (tokens.length < least ? 0 : { said: 3, loop: 2, limit: 1 }[end]) + tokens.length / 1e4;
}

/** Speech tokens as sound. @throws TimbreError 'model/run-failed'. */
export async function sound(
  vocoder: SpeakingGraphs['vocoder'],
  voice: ChatterboxVoice,
  said: readonly number[]
): Promise<Float32Array> {
  const all = [...voice.tokens, ...said, ...new Array<number>(LAST_SILENCES).fill(SILENCE)];
  const outputs = await vocoder.run(
    {
      speech_tokens: integers(all, [1, all.length]),
      speaker_embeddings: floats(voice.speaker, [1, SPEAKER_SIZE]),
      speaker_features: floats(voice.frames, [1, voice.frames.length / BANDS, BANDS])
    },
    ['waveform']
  );
  const samples = floatData(outputs['waveform'], 'waveform');
  if (!samples.every(Number.isFinite))
    throw new TimbreError('model/run-failed', 'Chatterbox gave sound that is none');
  return samples;
}

/** What the encoder gave is what `say` will read. */
function checked(numbers: Float32Array): Float32Array {
  try {
    unpackVoice(numbers);
    return numbers;
  } catch (cause) {
    throw new TimbreError('model/run-failed', 'the speech encoder gave tensors that are no voice', { cause });
  }
}
