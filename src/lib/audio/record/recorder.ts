import { TimbreError } from '../../../../workers/contract';
import { EventSource } from '../../events';
import type {
  DiscardedTake,
  InterruptionReason,
  RecordedTake,
  RecorderEvents,
  RecorderState,
  TakeForVoice,
  TakeJournal
} from '../types';
import { ChunkLog } from './chunk-log';
import { browserEnvironment, type RecorderEnvironment } from './environment';
import { watchInterruptions } from './interruptions';
import { startMeter } from './meter';
import { chooseMimeType, openMicrophone, type MicrophoneOptions } from './microphone';
import { Stopwatch } from './stopwatch';
import { holdTakeLock } from './take-lock';
import { setTakeAside } from './takes';
import { ScreenLock } from './wake-lock';

export interface RecorderOptions extends MicrophoneOptions {
  journal: TakeJournal;
  environment?: RecorderEnvironment;
  /** Kept with the take, so that one that is left behind is offered where it belongs. Absent: a message. */
  forVoice?: TakeForVoice;
}

/** One chunk a second: what a crash can cost at most. */
const TIMESLICE_MS = 1000;
/** Enough for a voice to be modelled from, small enough for a long message. */
const BIT_RATE = 64_000;
/** Some browsers never answer after the microphone was torn away. */
const ANSWER_MS = 3000;

/**
 * Records one take from the microphone. Every second of it goes to the journal before it is reported.
 * For the next take, make the next recorder.
 *
 * idle → starting → recording ⇄ paused → stopped, or discarded (and back to stopped by `undo`).
 */
export class Recorder {
  private readonly environment: RecorderEnvironment;
  private readonly events = new EventSource<RecorderEvents>();
  private readonly stopwatch: Stopwatch;
  private readonly screenLock: ScreenLock;
  private readonly takeId: string;
  private currentState: RecorderState = 'idle';
  private media: MediaRecorder | null = null;
  private log: ChunkLog | null = null;
  private startedAt = 0;
  /** The microphone is gone for good: the take can be stopped, not continued. */
  private ended = false;
  private releases: (() => void)[] = [];

  constructor(private readonly options: RecorderOptions) {
    this.environment = options.environment ?? browserEnvironment();
    this.stopwatch = new Stopwatch(() => this.environment.now());
    this.screenLock = new ScreenLock(this.environment.wakeLock);
    this.takeId = this.environment.createId();
  }

  get id(): string {
    return this.takeId;
  }

  get state(): RecorderState {
    return this.currentState;
  }

  /** Recorded so far, without the pauses, in milliseconds. */
  get durationMs(): number {
    return this.stopwatch.elapsedMs;
  }

  /** False after the microphone was taken away. */
  get canResume(): boolean {
    return this.currentState === 'paused' && !this.ended;
  }

  /** @returns how to stop listening. */
  on<Name extends keyof RecorderEvents>(
    name: Name,
    handler: (payload: RecorderEvents[Name]) => void
  ): () => void {
    return this.events.on(name, handler);
  }

  /**
   * Asks for the microphone and records.
   * @throws TimbreError audio/microphone-denied, audio/no-microphone, audio/recorder-failed; then it is idle again.
   */
  async start(): Promise<void> {
    this.expect('idle');
    this.enter('starting');
    try {
      const stream = await openMicrophone(this.environment, this.options);
      this.releases.push(() => stream.getTracks().forEach((track) => track.stop()));
      // Disposed of while the browser was still asking.
      if (this.state !== 'starting') return this.release();
      this.begin(stream);
    } catch (cause) {
      this.release();
      this.enter('idle');
      throw cause instanceof TimbreError
        ? cause
        : new TimbreError('audio/recorder-failed', `Recording cannot start: ${String(cause)}`, { cause });
    }
  }

  /** Nothing when it is not recording. */
  pause(): void {
    if (this.currentState !== 'recording') return;
    this.stopwatch.stop();
    if (this.media?.state === 'recording') {
      this.media.pause();
      // What was said in the last second is stored now, not when it goes on.
      this.media.requestData();
    }
    this.screenLock.release();
    this.enter('paused');
    void this.log?.mark(this.durationMs);
  }

  /** @throws TimbreError audio/recorder-failed when the microphone is gone. Nothing when it is not paused. */
  resume(): void {
    if (this.currentState !== 'paused') return;
    if (this.ended || this.media?.state !== 'paused')
      throw new TimbreError('audio/recorder-failed', 'The microphone is gone.');
    this.media.resume();
    this.stopwatch.start();
    void this.screenLock.hold();
    this.enter('recording');
    void this.log?.mark(this.durationMs);
  }

  /** The sound so far, to play back while paused. */
  async preview(): Promise<Blob> {
    const { media, log } = this;
    if (!media || !log) throw new TimbreError('audio/empty', 'Nothing has been recorded.');
    if (media.state !== 'inactive') {
      const answered = this.next(media, 'dataavailable');
      media.requestData();
      await answered;
    }
    return log.toBlob();
  }

  /**
   * Ends the take. The journal keeps it until `discardTake`: call that when the message is stored.
   * @throws TimbreError audio/empty when the browser recorded nothing.
   */
  async stop(): Promise<RecordedTake> {
    const { media, log } = this;
    if (!media || !log || this.currentState === 'discarded')
      throw new TimbreError('audio/empty', 'Nothing has been recorded.');
    this.stopwatch.stop();
    if (media.state !== 'inactive') {
      const stopped = this.next(media, 'stop');
      media.stop();
      await stopped;
    }
    this.release();
    this.enter('stopped');
    await log.mark(this.durationMs);
    if (log.byteLength === 0) throw new TimbreError('audio/empty', 'The browser recorded nothing.');
    const { takeId, startedAt, durationMs } = this;
    const blob = log.toBlob();
    return { takeId, blob, mimeType: blob.type, startedAt, durationMs, journalled: log.isStored };
  }

  /** Ends the take and sets it aside. It stays in the journal until `forget`. */
  async discard(): Promise<DiscardedTake> {
    const take = await this.stop();
    this.enter('discarded');
    const aside = await setTakeAside(this.options.journal, take, this.environment.date());
    return {
      ...aside,
      undo: () => {
        this.enter('stopped');
        return aside.undo();
      }
    };
  }

  /** Lets go of the microphone without waiting; what was stored stays stored. For a page that goes away. */
  dispose(): void {
    if (this.media && this.media.state !== 'inactive') this.media.stop();
    this.stopwatch.stop();
    this.release();
    if (this.currentState !== 'idle') this.enter('stopped');
  }

  private begin(stream: MediaStream): void {
    const { environment } = this;
    const mimeType = chooseMimeType(environment);
    const media = environment.createMediaRecorder(stream, {
      audioBitsPerSecond: BIT_RATE,
      ...(mimeType && { mimeType })
    });
    this.startedAt = environment.date();
    this.log = new ChunkLog(
      this.options.journal,
      {
        id: this.takeId,
        mimeType: media.mimeType || mimeType || 'audio/webm',
        startedAt: this.startedAt,
        ...(this.options.forVoice && { forVoice: this.options.forVoice })
      },
      () =>
        this.currentState === 'recording' || this.currentState === 'paused' ? this.currentState : 'stopped',
      {
        onStored: (index, durationMs) => this.events.emit('chunk', { index, durationMs }),
        onRefused: ({ code, message }) => {
          this.events.emit('problem', { code, message });
          this.interrupt('journal-failed');
        }
      }
    );
    this.attach(media, this.log);
    this.media = media;
    this.releases.push(
      watchInterruptions(stream.getAudioTracks()[0], environment, (reason) => this.interrupt(reason)),
      holdTakeLock(environment.locks, this.takeId),
      this.meter(stream)
    );
    media.start(TIMESLICE_MS);
    this.stopwatch.start();
    void this.screenLock.hold();
    this.enter('recording');
  }

  /** Before `start`, so that no event can come too early. */
  private attach(media: MediaRecorder, log: ChunkLog): void {
    media.addEventListener('dataavailable', ({ data }) => {
      if (data.size > 0) log.add(data, this.durationMs);
    });
    media.addEventListener('error', (event) => {
      const message = 'error' in event ? String(event.error) : 'The recorder failed.';
      this.events.emit('problem', { code: 'audio/recorder-failed', message });
      this.ended = true;
      this.interrupt('microphone-ended');
    });
  }

  private meter(stream: MediaStream): () => void {
    try {
      const context = this.environment.createAudioContext();
      // Some browsers start it asleep; if it stays so, the level reads as silence.
      context.resume().catch(() => {});
      const stop = startMeter(context, stream, (level) => {
        if (this.currentState === 'recording') this.events.emit('level', level);
      });
      return () => {
        stop();
        void context.close();
      };
    } catch {
      // The meter is a help. A browser that has no audio context to spare still records.
      return () => {};
    }
  }

  private interrupt(reason: InterruptionReason): void {
    if (reason === 'microphone-ended') this.ended = true;
    if (this.currentState !== 'recording') return;
    this.pause();
    this.events.emit('interrupted', { reason, canResume: this.canResume });
  }

  /** Waits for an event, but not forever: what there is by then is what there is. */
  private next(media: MediaRecorder, event: 'dataavailable' | 'stop'): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      media.addEventListener(
        event,
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true }
      );
    });
  }

  private release(): void {
    this.screenLock.release();
    for (const release of this.releases.splice(0)) release();
  }

  private expect(state: RecorderState): void {
    if (this.currentState !== state)
      throw new TimbreError('audio/recorder-failed', `Not ${state} but ${this.currentState}.`);
  }

  private enter(state: RecorderState): void {
    if (state === this.currentState) return;
    this.currentState = state;
    this.events.emit('state', state);
  }
}
