import type { AudioLevel, Recorder } from '$lib/audio';
import { busy, errorCodeOf } from '$lib/ui';
import type { ErrorCode } from '$workers/contract';
import { LevelFollower, type LevelVerdict } from '../../(messages)/composer/level';
import type { Microphone } from '../microphone.svelte';

/**
 * Somebody says the sentence that allows their voice to be modelled. What is said is kept only once it was checked:
 * until then it is in memory, and goes with the page.
 */
export class ConsentTake {
  phase = $state<'idle' | 'starting' | 'recording'>('idle');
  durationMs = $state(0);
  /** dB below full scale, falling slowly. */
  levelDbfs = $state(-100);
  verdict = $state<LevelVerdict>('listening');
  problem = $state<ErrorCode | null>(null);
  /** It paused by itself. */
  interrupted = $state(false);

  #recorder: Recorder | null = null;
  #level = new LevelFollower();
  #endBusy: (() => void) | undefined;
  /** Which start this is: one that was given up must not come back when the browser answers. */
  #attempt = 0;

  constructor(private readonly microphone: Microphone) {}

  get active(): boolean {
    return this.phase !== 'idle';
  }

  /** Something else is being recorded. */
  get blocked(): boolean {
    return !this.microphone.isFreeFor(this);
  }

  /** Asks for the microphone. What goes wrong is in `problem`. */
  async start(): Promise<void> {
    if (this.phase !== 'idle' || !this.microphone.take(this)) return;
    this.problem = null;
    this.phase = 'starting';
    this.#endBusy = busy.begin('a consent is being recorded');
    const attempt = this.#attempt;
    try {
      const { createMemoryJournal, Recorder } = await import('$lib/audio');
      if (this.#attempt !== attempt) return;
      const recorder = new Recorder({ journal: createMemoryJournal() });
      this.#recorder = recorder;
      recorder.on('level', (level) => this.#hear(level));
      recorder.on('problem', ({ code }) => (this.problem = code));
      recorder.on('interrupted', () => (this.interrupted = true));
      await recorder.start();
      if (this.#attempt === attempt) this.phase = 'recording';
    } catch (error) {
      if (this.#attempt !== attempt) return;
      this.#end();
      this.problem = errorCodeOf(error);
    }
  }

  /** Ends it. @returns what was said; null: nothing, and `problem` says why. */
  async stop(): Promise<Blob | null> {
    try {
      return (await this.#recorder?.stop())?.blob ?? null;
    } catch (error) {
      this.problem = errorCodeOf(error);
      return null;
    } finally {
      this.#end();
    }
  }

  /** Ends it, and forgets what was said. */
  dispose(): void {
    this.#recorder?.dispose();
    this.#end();
  }

  #hear(level: AudioLevel): void {
    this.durationMs = this.#recorder?.durationMs ?? 0;
    this.verdict = this.#level.follow(level, performance.now());
    this.levelDbfs = this.#level.shownDbfs;
  }

  #end(): void {
    this.#attempt++;
    this.#endBusy?.();
    this.#endBusy = undefined;
    this.#recorder = null;
    this.#level = new LevelFollower();
    this.phase = 'idle';
    this.durationMs = 0;
    this.levelDbfs = -100;
    this.verdict = 'listening';
    this.interrupted = false;
  }
}
