import { errorCodeOf } from '$lib/ui';
import type { ErrorCode } from '$workers/contract';
import { playable, type Opened } from './playable';

/** Only one voice at a time. */
let sounding: Player | null = null;

function takeOver(player: Player): void {
  if (sounding !== player) sounding?.pause();
  sounding = player;
}

/**
 * Plays one sound. Where it is comes from the audio's own clock, read with every frame that is drawn.
 * Nothing is loaded before the first `play`.
 */
export class Player {
  playing = $state(false);
  loading = $state(false);
  currentMs = $state(0);
  error = $state<ErrorCode | null>(null);

  #opening: Promise<Opened> | null = null;
  #opened: Opened | null = null;
  #rate = 1;
  #untilMs = Infinity;
  #frame = 0;
  #disposed = false;
  #onended: (() => void) | undefined;

  /**
   * @param load the sound's file. @param onended when it came to its end by itself.
   */
  constructor(
    private readonly load: () => Promise<Blob>,
    onended?: () => void
  ) {
    this.#onended = onended;
  }

  toggle(): void {
    if (this.playing || this.loading) this.pause();
    else void this.play();
  }

  /** From where it is, or from `fromMs`; to the end, or to `untilMs`. What goes wrong is in `error`. */
  async play(fromMs?: number, untilMs = Infinity): Promise<void> {
    if (this.#disposed) return;
    takeOver(this);
    this.error = null;
    this.loading = true;
    this.#untilMs = untilMs;
    if (fromMs !== undefined) this.currentMs = fromMs;
    try {
      const { element } = (this.#opened ??= await (this.#opening ??= this.#open()));
      // Paused, or another one began, while it was being opened.
      if (sounding !== this || !this.loading) return;
      const atEnd = element.duration * 1000 - this.currentMs < 50;
      element.currentTime = atEnd ? 0 : this.currentMs / 1000;
      element.playbackRate = this.#rate;
      await element.play();
      this.playing = true;
      this.#follow();
    } catch (error) {
      // The browser's word for a play() that a pause() overtook.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#opening = null;
      this.error = errorCodeOf(error);
    } finally {
      this.loading = false;
    }
  }

  pause(): void {
    this.loading = false;
    this.#opened?.element.pause();
    this.#stopped();
  }

  seek(ms: number): void {
    this.currentMs = Math.max(0, ms);
    this.#untilMs = Infinity;
    if (this.#opened) this.#opened.element.currentTime = this.currentMs / 1000;
  }

  setRate(rate: number): void {
    this.#rate = rate;
    if (this.#opened) this.#opened.element.playbackRate = rate;
  }

  /** Lets go of the sound. */
  dispose(): void {
    this.#disposed = true;
    this.pause();
    if (sounding === this) sounding = null;
    void this.#opening?.then((opened) => opened.release()).catch(() => undefined);
  }

  async #open(): Promise<Opened> {
    const opened = await playable(await this.load());
    const { element } = opened;
    element.addEventListener('ended', () => {
      this.#stopped();
      this.currentMs = 0;
      this.#onended?.();
    });
    element.addEventListener('pause', () => this.#stopped());
    return opened;
  }

  #stopped(): void {
    cancelAnimationFrame(this.#frame);
    this.playing = false;
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const element = this.#opened?.element;
    if (!element) return;
    const read = () => {
      if (!this.playing) return;
      this.currentMs = element.currentTime * 1000;
      if (this.currentMs >= this.#untilMs) return this.pause();
      this.#frame = requestAnimationFrame(read);
    };
    this.#frame = requestAnimationFrame(read);
  }
}
