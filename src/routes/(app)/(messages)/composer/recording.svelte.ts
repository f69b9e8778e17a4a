import { warmUp, type App } from '$lib/app';
import type { Coming } from '$lib/engines';
import type { AudioLevel, DiscardedTake, RecordedTake, Recorder, RecorderOptions } from '$lib/audio';
import { busy, errorCodeOf } from '$lib/ui';
import type { ErrorCode } from '$workers/contract';
import { LevelFollower, type LevelVerdict } from './level';

export type RecordingPhase = 'idle' | 'starting' | 'recording' | 'paused' | 'stopped';

/** Bars that the panel draws; the oldest goes when a new one comes. */
const BARS = 96;
const BAR_MS = 90;

/** One recording as the panel shows it. The recorder itself stores each second before it is reported. */
export class Recording {
  phase = $state<RecordingPhase>('idle');
  durationMs = $state(0);
  /** dB below full scale, falling slowly. */
  levelDbfs = $state(-100);
  verdict = $state<LevelVerdict>('listening');
  /** 0…1, newest last. */
  bars = $state.raw<number[]>([]);
  problem = $state<ErrorCode | null>(null);
  /** It paused by itself. */
  interrupted = $state(false);
  canResume = $state(true);

  #recorder: Recorder | null = null;
  /** Set aside and taken back, or ended by the browser: it can't go on, but it can be sent. */
  #take: RecordedTake | null = null;
  #endBusy: (() => void) | undefined;
  /** While it is in hand here, it is offered nowhere as one that was left behind. */
  #letGo: () => void = () => {};
  #level = new LevelFollower();
  #lastBarAt = 0;
  #loudest = 0;
  /** Ends what is made ready for what is recorded. */
  #warming = new AbortController();
  /** Which start this is: a start that was given up must not come back when the browser answers. */
  #attempt = 0;

  constructor(private readonly app: App) {}

  get active(): boolean {
    return this.phase !== 'idle';
  }

  /**
   * Asks for the microphone. What goes wrong is in `problem`.
   * @param how for a voice: unprocessed sound, and whose it is. @param coming what will be asked for once it is sent,
   * which is made ready meanwhile. @returns whether it came to a recording.
   */
  async start(
    how: Pick<RecorderOptions, 'processing' | 'forVoice'> = {},
    coming: readonly Coming[] = []
  ): Promise<boolean> {
    if (this.phase !== 'idle') return false;
    this.#reset();
    this.phase = 'starting';
    this.#endBusy = busy.begin('recording');
    const attempt = this.#attempt;
    try {
      const { holdTakeLock, Recorder } = await import('$lib/audio');
      if (this.#attempt !== attempt) return false;
      const recorder = new Recorder({ ...how, journal: this.app.storage.takes });
      this.#recorder = recorder;
      this.#letGo = holdTakeLock(navigator.locks, recorder.id);
      recorder.on('level', (level) => this.#hear(level));
      recorder.on('state', (state) => {
        if (this.#recorder !== recorder) return;
        if (state === 'recording' || state === 'paused') this.phase = state;
        this.canResume = recorder.canResume || state === 'recording';
      });
      recorder.on('problem', ({ code }) => (this.problem = code));
      recorder.on('interrupted', ({ canResume }) => {
        this.interrupted = true;
        this.canResume = canResume;
      });
      await recorder.start();
      if (this.#attempt !== attempt) return false;
      if (coming.length > 0) void warmUp(this.app, coming, this.#warming.signal);
      return true;
    } catch (error) {
      if (this.#attempt !== attempt) return false;
      const code = errorCodeOf(error);
      this.#end();
      this.problem = code;
      return false;
    }
  }

  pause(): void {
    this.#recorder?.pause();
    this.durationMs = this.#recorder?.durationMs ?? this.durationMs;
  }

  resume(): void {
    this.interrupted = false;
    try {
      this.#recorder?.resume();
    } catch (error) {
      this.problem = errorCodeOf(error);
    }
  }

  /** What was recorded so far. */
  async preview(): Promise<Blob> {
    if (this.#take) return this.#take.blob;
    if (!this.#recorder) return new Blob();
    return this.#recorder.preview();
  }

  /** Ends it, for sending. The journal keeps it until the message is stored. */
  async stop(): Promise<RecordedTake> {
    const take = this.#take ?? (await this.#recorder?.stop());
    if (!take) throw new Error('nothing is being recorded');
    this.#take = take;
    this.phase = 'stopped';
    return take;
  }

  /** Sets it aside; `restore` and `undo` take it back, `forget` ends it for good. Null: there was nothing of it yet. */
  async discard(): Promise<DiscardedTake | null> {
    const recorder = this.#recorder;
    const take = this.#take;
    this.#warming.abort();
    // The browser is still asking for the microphone: should it be allowed now, it is closed at once.
    if (this.phase === 'starting') recorder?.dispose();
    const began = this.phase !== 'starting';
    // In hand until it is stored that it was set aside.
    const letGo = this.#letGo;
    this.#letGo = () => {};
    this.#end();
    try {
      if (!began) return null;
      if (recorder && !take) return await recorder.discard();
      if (!take) return null;
      const { setTakeAside } = await import('$lib/audio');
      return await setTakeAside(this.app.storage.takes, take, Date.now());
    } catch (error) {
      if (errorCodeOf(error) === 'audio/empty') return null;
      throw error;
    } finally {
      letGo();
    }
  }

  /** Shows it as it was when it was set aside. */
  async restore(take: RecordedTake): Promise<void> {
    this.#reset();
    this.#take = take;
    this.durationMs = take.durationMs;
    this.canResume = false;
    this.phase = 'stopped';
    this.#endBusy = busy.begin('a recording waits to be sent');
    const { holdTakeLock } = await import('$lib/audio');
    if (this.#take === take) this.#letGo = holdTakeLock(navigator.locks, take.takeId);
  }

  /** It was sent. */
  done(): void {
    this.#end();
  }

  /** The page goes: what was recorded stays in the journal, and is offered on return. */
  leave(): void {
    this.#warming.abort();
    this.#recorder?.dispose();
    this.#end();
  }

  #hear(level: AudioLevel): void {
    const now = performance.now();
    this.durationMs = this.#recorder?.durationMs ?? 0;
    this.verdict = this.#level.follow(level, now);
    this.levelDbfs = this.#level.shownDbfs;
    this.#loudest = Math.max(this.#loudest, level.peakDbfs <= -60 ? 0 : 1 + level.peakDbfs / 60);
    if (now - this.#lastBarAt < BAR_MS) return;
    this.#lastBarAt = now;
    this.bars = [...this.bars.slice(-(BARS - 1)), this.#loudest];
    this.#loudest = 0;
  }

  #reset(): void {
    this.#recorder = null;
    this.#take = null;
    this.durationMs = 0;
    this.levelDbfs = -100;
    this.verdict = 'listening';
    this.bars = [];
    this.problem = null;
    this.interrupted = false;
    this.canResume = true;
    this.#level = new LevelFollower();
    this.#warming = new AbortController();
  }

  #end(): void {
    this.#attempt++;
    this.#letGo();
    this.#letGo = () => {};
    this.#endBusy?.();
    this.#endBusy = undefined;
    const { problem } = this;
    this.#reset();
    this.problem = problem;
    this.phase = 'idle';
  }
}
