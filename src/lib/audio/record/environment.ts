/** What the recorder asks of its surroundings; a test gives its own. */
export interface RecorderEnvironment {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  createMediaRecorder(stream: MediaStream, options: MediaRecorderOptions): MediaRecorder;
  isTypeSupported(mimeType: string): boolean;
  createAudioContext(): AudioContext;
  /** Absent where there is no page, or no such feature. */
  document?: Document;
  window?: Window;
  wakeLock?: WakeLock;
  locks?: LockManager;
  /** A clock that only goes forward, in milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  createId(): string;
}

export function browserEnvironment(): RecorderEnvironment {
  return {
    getUserMedia: (constraints) => {
      // Browsers hide it on pages that are not served securely.
      if (!('mediaDevices' in navigator))
        return Promise.reject(new DOMException('No mediaDevices.', 'SecurityError'));
      return navigator.mediaDevices.getUserMedia(constraints);
    },
    createMediaRecorder: (stream, options) => new MediaRecorder(stream, options),
    isTypeSupported: (mimeType) =>
      typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(mimeType),
    createAudioContext: () => new AudioContext({ latencyHint: 'interactive' }),
    document,
    window,
    ...('wakeLock' in navigator && { wakeLock: navigator.wakeLock }),
    ...('locks' in navigator && { locks: navigator.locks }),
    now: () => performance.now(),
    date: () => Date.now(),
    createId: () => crypto.randomUUID()
  };
}
