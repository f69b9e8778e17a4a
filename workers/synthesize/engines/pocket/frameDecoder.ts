import { TimbreError } from '../../../contract';
import { floatData, floats, type Feeds, type Session } from '../../../runtime';
import { FRAME, LATENT } from './layout';
import { capacityOf, nextOf, startOf } from './state';

/** Frames of one run. */
const CHUNK = 12;
/** Of a frame in the decoder's caches: it works at 200 Hz (`encoder_frame_rate` of mimi.py, 24 kHz / (6·5·4)). */
const POSITIONS = 16;
/**
 * As far back as any sample depends on the frames: two layers of attention over 250 positions, 31.25 frames, and the
 * convolutions. Begun so many frames earlier, a stream says what one from the beginning would.
 */
const LEAD = 34;

export interface DecodeOptions {
  onFraction?: ((fraction: number) => void) | undefined;
  /** Default `CHUNK`. */
  chunk?: number;
  /** Frames of one stream; default: what the graph's caches hold. */
  longest?: number;
}

/** Mimi's decoder: frames → sound, in a stream that keeps each layer's context between runs. */
export class FrameDecoder {
  /** Frames that a stream can have. 62 where the export fixed its caches at 1000 positions. */
  private readonly capacity: number;

  constructor(private readonly session: Session) {
    this.capacity = Math.floor(capacityOf(session) / POSITIONS);
    if (this.capacity <= LEAD)
      throw new TimbreError('model/load-failed', `mimi_decoder holds no more than ${this.capacity} frames`);
  }

  /** @param frames [n, 32]. @returns mono, `RATE_HZ`, 1920 samples a frame. @throws TimbreError 'model/run-failed'. */
  async decode(frames: Float32Array, options: DecodeOptions = {}): Promise<Float32Array> {
    const { onFraction, chunk = CHUNK, longest = this.capacity } = options;
    const count = frames.length / LATENT;
    const samples = new Float32Array(count * FRAME);
    let done = 0;
    while (done < count) {
      // Full caches end a stream; the next begins where all that still matters lies before it.
      const begin = Math.max(0, done - LEAD);
      const end = Math.min(count, begin + longest);
      let state = startOf(this.session, (end - begin) * POSITIONS);
      for (let from = begin; from < end; from += chunk) {
        const to = Math.min(end, from + chunk);
        const said = await this.run(frames.subarray(from * LATENT, to * LATENT), state);
        state = said.state;
        const known = Math.max(0, Math.min(to, done) - from);
        samples.set(said.samples.subarray(known * FRAME), (from + known) * FRAME);
        onFraction?.(Math.max(to, done) / count);
      }
      done = end;
    }
    return samples;
  }

  private async run(frames: Float32Array, state: Feeds): Promise<{ samples: Float32Array; state: Feeds }> {
    const count = frames.length / LATENT;
    const fetched = await this.session.run({ latent: floats(frames, [1, count, LATENT]), ...state });
    const samples = floatData(fetched['audio_frame'], 'audio_frame');
    if (samples.length !== count * FRAME || !samples.every(Number.isFinite))
      throw new TimbreError(
        'model/run-failed',
        `Pocket TTS gave ${samples.length} samples for ${count} frames, or some that are none`
      );
    return { samples, state: nextOf(this.session, fetched) };
  }
}
