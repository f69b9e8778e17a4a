import type { RecorderEnvironment } from './environment';

/** A `MediaRecorder` that gives what the test says, when it says so. */
export class FakeMediaRecorder extends EventTarget {
  state: RecordingState = 'inactive';
  readonly mimeType = 'audio/webm;codecs=opus';
  timeslice: number | undefined;
  /** Which events had a handler when `start` was called. */
  readonly handledAtStart: string[] = [];
  private readonly handled: string[] = [];
  private waiting = '';

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.handled.push(args[0]);
    super.addEventListener(...args);
  }

  start(timeslice?: number): void {
    this.timeslice = timeslice;
    this.handledAtStart.push(...this.handled);
    this.state = 'recording';
  }

  /** Records this text. */
  hear(text: string): void {
    this.waiting += text;
  }

  pause(): void {
    this.state = 'paused';
  }

  resume(): void {
    this.state = 'recording';
  }

  requestData(): void {
    const text = this.waiting;
    this.waiting = '';
    queueMicrotask(() =>
      this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob([text]) }))
    );
  }

  stop(): void {
    this.state = 'inactive';
    this.requestData();
    queueMicrotask(() => this.dispatchEvent(new Event('stop')));
  }
}

export class FakeTrack extends EventTarget {
  stopped = false;
  stop(): void {
    this.stopped = true;
  }
}

export function createFakeEnvironment() {
  const media = new FakeMediaRecorder();
  const track = new FakeTrack();
  const document = Object.assign(new EventTarget(), { hidden: false });
  const window = new EventTarget();
  const clock = { ms: 0 };
  const stream = { getTracks: () => [track], getAudioTracks: () => [track] };
  // The recorder uses these few members of the browser's types, and a test has no others to give.
  const environment = {
    getUserMedia: () => Promise.resolve(stream),
    createMediaRecorder: () => media,
    isTypeSupported: (type: string) => type.startsWith('audio/webm'),
    createAudioContext: () => {
      throw new Error('No sound card.');
    },
    document,
    window,
    now: () => clock.ms,
    date: () => 1_700_000_000_000,
    createId: () => 'take-1'
  } as unknown as RecorderEnvironment;
  return { environment, media, track, document, window, clock };
}
