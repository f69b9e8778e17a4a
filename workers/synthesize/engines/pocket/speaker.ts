import { TimbreError } from '../../../contract';
import { floatData, floats, integers, type Feeds, type Session } from '../../../runtime';
import { joined } from '../../joined';
import { velocityFeeds, widthOf, type SpeakingGraphs } from './graphs';
import { FRAMES_A_SECOND, LATENT } from './layout';
import type { VoicePrompt } from './prompt';
import { capacityOf, keptBy, nextOf, startOf } from './state';

/** `DEFAULT_EOS_THRESHOLD`: the logit above which a frame is the last but for the tail. */
const END_LOGIT = -4;
/** `DEFAULT_LSD_DECODE_STEPS`. */
const FLOW_STEPS = 1;
/** `_TOKENS_PER_SECOND_ESTIMATE` and `_GEN_SECONDS_PADDING`: a text that takes longer has gone astray. */
const SLOWEST_TOKENS_A_SECOND = 3;
const SPARE_SECONDS = 2;
/** For text and speech behind the voice, in caches of a length that the export leaves open. */
const ROOM = 400;

/** The transformer's state behind a voice: every text in that voice starts there. */
export interface Heard {
  state: Feeds;
  /** Positions in its caches. */
  used: number;
}

export interface Utterance {
  tokens: readonly number[];
  tailFrames: number;
  /** Fills a frame with what it starts from: normal numbers of the variance that the temperature gives. */
  noise(frame: Float32Array): void;
  /** @param share of the frames that the text may take. */
  onFraction?(share: number): void;
}

/**
 * The transformer that says what comes next, and the flow that makes a frame of it. The order is the voice, then the text,
 * then frame after frame, of which the first follows on not-a-numbers (`_generate` of kyutai-labs/pocket-tts).
 */
export class FrameSpeaker {
  readonly width: number;
  private readonly main: Session;
  private readonly noFrames = floats(new Float32Array(0), [1, 0, LATENT]);
  private readonly noText;

  constructor(private readonly graphs: Omit<SpeakingGraphs, 'decoder'>) {
    this.main = graphs.main;
    this.width = widthOf(this.main);
    this.noText = floats(new Float32Array(0), [1, 0, this.width]);
  }

  /** @throws TimbreError 'model/run-failed'. */
  async hear({ latents, frames }: VoicePrompt): Promise<Heard> {
    const state = startOf(this.main, frames + ROOM);
    return { state: await this.read(latents, frames, state), used: frames };
  }

  /** Frames [n, 32], one behind the other; undefined when no end came. @throws TimbreError 'model/run-failed'. */
  async speak(
    heard: Heard,
    { tokens, tailFrames, noise, onFraction }: Utterance
  ): Promise<Float32Array | undefined> {
    const longest = this.longest(heard, tokens.length);
    let state = await this.read(await this.embed(tokens), tokens.length, heard.state);
    let last = new Float32Array(LATENT).fill(NaN);
    const frames: Float32Array[] = [];
    let end = Infinity;
    for (let step = 0; step < longest; step++) {
      const sequence = floats(last, [1, 1, LATENT]);
      const fetched = await this.main.run({ sequence, text_embeddings: this.noText, ...state });
      state = nextOf(this.main, fetched);
      const [logit = NaN] = floatData(fetched['eos_logit'], 'eos_logit');
      if (end === Infinity && logit > END_LOGIT) end = step + tailFrames;
      if (step >= end) return joined(frames);
      last = await this.frame(floatData(fetched['conditioning'], 'conditioning'), noise);
      frames.push(last);
      onFraction?.((step + 1) / longest);
    }
    return undefined;
  }

  private longest({ used }: Heard, tokens: number): number {
    const allowed = Math.ceil((tokens / SLOWEST_TOKENS_A_SECOND + SPARE_SECONDS) * FRAMES_A_SECOND);
    return Math.min(allowed, Math.min(capacityOf(this.main), used + ROOM) - used - tokens);
  }

  private async embed(tokens: readonly number[]): Promise<Float32Array> {
    const [input = 'token_ids'] = this.graphs.conditioner.inputNames;
    const [output = 'embeddings'] = this.graphs.conditioner.outputNames;
    const feeds = { [input]: integers(tokens, [1, tokens.length]) };
    return floatData((await this.graphs.conditioner.run(feeds, [output]))[output], output);
  }

  /** What is read and not answered: a voice, a text. @param rows [count, width]. */
  private async read(rows: Float32Array, count: number, state: Feeds): Promise<Feeds> {
    if (rows.length !== count * this.width)
      throw new TimbreError(
        'model/run-failed',
        `${rows.length} numbers are not ${count} rows of ${this.width}`
      );
    const text_embeddings = floats(rows, [1, count, this.width]);
    const feeds = { sequence: this.noFrames, text_embeddings, ...state };
    return nextOf(this.main, await this.main.run(feeds, keptBy(this.main)));
  }

  /** From noise to a frame in steps along the flow (`lsd_decode`). */
  private async frame(
    conditioning: Float32Array,
    noise: Utterance['noise']
  ): Promise<Float32Array<ArrayBuffer>> {
    const frame = new Float32Array(LATENT);
    noise(frame);
    const c = floats(conditioning, [1, this.width]);
    const [output = 'flow_dir'] = this.graphs.flow.outputNames;
    for (let step = 0; step < FLOW_STEPS; step++) {
      const x = floats(frame.slice(), [1, LATENT]);
      const feeds = velocityFeeds(c, step / FLOW_STEPS, (step + 1) / FLOW_STEPS, x);
      const velocity = floatData((await this.graphs.flow.run(feeds, [output]))[output], output);
      for (let i = 0; i < LATENT; i++) frame[i] = (frame[i] as number) + (velocity[i] ?? NaN) / FLOW_STEPS;
    }
    if (!frame.every(Number.isFinite))
      throw new TimbreError('model/run-failed', 'Pocket TTS gave a frame of numbers that are none');
    return frame;
  }
}
