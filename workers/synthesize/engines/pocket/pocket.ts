import { POCKET, TimbreError, type Audio, type Lang, type WorkerConfig } from '../../../contract';
import { normal, seedOf, uniform } from '../../../chance';
import type { Spoken } from '../../baseVoice';
import type { CloningVoice, SayOptions } from '../../cloningVoice';
import { shareOf, type OnFraction } from '../../fractions';
import { joined } from '../../joined';
import { bestOf } from './clips';
import { FrameDecoder } from './frameDecoder';
import { loadSpeakingGraphs, loadVoiceEncoder } from './graphs';
import { RATE_HZ } from './layout';
import { packed, unpacked } from './prompt';
import { FrameSpeaker, type Heard } from './speaker';
import { piecesOf, prepared } from './text';
import { loadTokens, type Tokens } from './tokens';
import { VoiceEncoder } from './voiceEncoder';

/**
 * Kyutai trains one model a language (pocket_tts/config/), and the export that the catalogue names is of b6369a24, the
 * English one: asked for another language it would speak nonsense in the person's own voice.
 */
const LANGUAGES: readonly Lang[] = ['en'];
/** `DEFAULT_TEMPERATURE`: the variance of the noise that a frame starts from. */
const TEMPERATURE = 0.7;
/** With noise of its own each; a text that comes to no end in any of them is given up. */
const ATTEMPTS = 2;
/** Of a call, what loading takes; of speaking, what the frames take before they are sound. */
const LOADING_SHARE = 0.2;
const FRAMES_SHARE = 0.8;

interface Speaking {
  tokens: Tokens;
  speaker: FrameSpeaker;
  decoder: FrameDecoder;
}

/** Pocket TTS (Kyutai, 100 M). Nothing is loaded before the first call that needs it; enrolling needs the encoder alone. */
export class PocketTts implements CloningVoice {
  readonly name = POCKET;
  private encoder: VoiceEncoder | undefined;
  private speaking: Speaking | undefined;
  /** The last voice, so that its next text needn't wait for it to be heard again. */
  private heard: { voice: number; heard: Heard } | undefined;

  /** @param folder the model's absolute URL, ending in `/`. @param languages of the weights that lie there. */
  constructor(
    private readonly folder: string,
    private readonly config: WorkerConfig,
    private readonly languages: readonly Lang[] = LANGUAGES
  ) {}

  speaks(language: Lang): boolean {
    return this.languages.includes(language);
  }

  /**
   * The encoder's latents of the best 30 s, with their shape (`packed`).
   * @throws TimbreError 'voice/no-samples', 'audio/too-short', 'speech/none-found', 'model/missing' (the encoder, too: there
   * is no stock voice to fall back to), 'model/damaged' (an encoder that hears nothing), 'model/…'.
   */
  async enrol(clips: readonly Audio[], onFraction?: OnFraction): Promise<Float32Array> {
    const samples = bestOf(clips);
    const loading = this.encoder ? 0 : LOADING_SHARE;
    this.encoder ??= new VoiceEncoder(
      await loadVoiceEncoder(this.folder, this.config, shareOf(onFraction, 0, loading))
    );
    return packed(await this.encoder.encode(samples, shareOf(onFraction, loading, 1)));
  }

  /**
   * The same text, voice and take sound the same every time.
   * @throws TimbreError 'input/invalid', 'synthesize/failed' (it came to no end), 'model/…'.
   */
  async say(
    text: string,
    language: Lang,
    conditioning: Float32Array,
    { take = 0, onFraction }: SayOptions = {}
  ): Promise<Spoken> {
    if (!this.speaks(language))
      throw new TimbreError('input/invalid', `these weights of Pocket TTS do not speak ${language}`);
    const loading = this.speaking ? 0 : LOADING_SHARE;
    const { tokens, speaker, decoder } = await this.ready(shareOf(onFraction, 0, loading));
    const prompt = unpacked(conditioning, speaker.width);
    const voice = seedOf(conditioning);
    if (this.heard?.voice !== voice) this.heard = { voice, heard: await speaker.hear(prompt) };
    const { heard } = this.heard;

    const pieces = piecesOf(text, language, (part) => tokens(part).length);
    const counts = pieces.map((piece) => tokens(piece).length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const sounds: Float32Array[] = [];
    let before = 0;
    for (const [i, piece] of pieces.entries()) {
      const after = before + (counts[i] ?? 0);
      const share = (count: number) => loading + ((1 - loading) * count) / total;
      const onPart = shareOf(onFraction, share(before), share(after));
      const ready = prepared(piece);
      const said = { tokens: tokens(ready.text), tailFrames: ready.tailFrames };
      const each = FRAMES_SHARE / ATTEMPTS;
      const frames = await inAttempts((attempt) => {
        const noise = normal(uniform(seedOf(ready.text, voice, take, attempt)));
        return speaker.speak(heard, {
          ...said,
          noise: (frame) => void frame.forEach((_, n) => (frame[n] = Math.sqrt(TEMPERATURE) * noise())),
          onFraction: shareOf(onPart, attempt * each, (attempt + 1) * each)
        });
      }, ready.text);
      sounds.push(await decoder.decode(frames, { onFraction: shareOf(onPart, FRAMES_SHARE, 1) }));
      before = after;
    }
    onFraction?.(1);
    return { samples: joined(sounds), sampleRateHz: RATE_HZ, marks: [] };
  }

  private async ready(onFraction: OnFraction): Promise<Speaking> {
    if (this.speaking) return this.speaking;
    const tokens = await loadTokens(this.folder);
    const graphs = await loadSpeakingGraphs(this.folder, this.config, onFraction);
    return (this.speaking = {
      tokens,
      speaker: new FrameSpeaker(graphs),
      decoder: new FrameDecoder(graphs.decoder)
    });
  }
}

async function inAttempts(
  speak: (attempt: number) => Promise<Float32Array | undefined>,
  text: string
): Promise<Float32Array> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const frames = await speak(attempt);
    if (frames) return frames;
  }
  throw new TimbreError(
    'synthesize/failed',
    `Pocket TTS came to no end of a text of ${text.length} characters`
  );
}
