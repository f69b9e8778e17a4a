import type { EspeakFiles } from './files';

/** What the compiled program has (models/espeak-ng/glue.c). Numbers named `…At` are addresses in its memory. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(at: number): void;
  start(): number;
  set_voice(identifierAt: number): number;
  voice_called(nameAt: number): number;
  speak(textAt: number, rate: number, pitch: number, range: number): number;
  pronounce(textAtAt: number): number;
}

/** eSpeak's `espeak_EVENT_TYPE`. */
const WORD = 1;

/** WASI's answers: done, and no such file. */
const OK = 0;
const BAD_FILE = 8;

export interface Manner {
  /** Words a minute. */
  rate: number;
  /** 0…100 */
  pitch: number;
  /** 0…100: how far the pitch moves. */
  range: number;
}

export interface Listener {
  /** Mono; only valid during the call. */
  onSound(samples: Int16Array): void;
  /**
   * @param position in characters (code points) from the text's start, from 1; near and not into the text where eSpeak
   * rewrote it. @param timeMs from the sound's start.
   */
  onPassed(isWord: boolean, position: number, timeMs: number): void;
}

/** eSpeak NG, compiled to WASM for the app. It finds its files in `files`, each time that it looks for one. */
export class EspeakProgram {
  readonly sampleRateHz: number;
  private readonly exports: Exports;
  private listener: Listener | undefined;

  /** @throws Error where it doesn't start, for want of files or memory. */
  constructor(
    program: WebAssembly.Module,
    private readonly files: EspeakFiles
  ) {
    const { exports } = new WebAssembly.Instance(program, this.imports());
    this.exports = exports as unknown as Exports;
    this.exports._initialize();
    this.sampleRateHz = this.exports.start();
    if (this.sampleRateHz <= 0) throw new Error(`eSpeak NG did not start: ${this.sampleRateHz}`);
  }

  /** @param identifier a voice's file, with `+` and a variant's name behind it. @returns false where there is none: the voice before stays. */
  setVoice(identifier: string): boolean {
    return this.withText(identifier, (at) => this.exports.set_voice(at)) === OK;
  }

  /** The file of a voice that is called so, else of the first that speaks a language called so: `en-us` is `gmw/en-US`. */
  voiceCalled(name: string): string | undefined {
    const at = this.withText(name.toLowerCase(), (nameAt) => this.exports.voice_called(nameAt));
    return at === 0 ? undefined : this.textAt(at);
  }

  /** Runs to the end before it returns. */
  speak(text: string, { rate, pitch, range }: Manner, listener: Listener): void {
    this.listener = listener;
    try {
      this.withText(text, (at) => this.exports.speak(at, rate, pitch, range));
    } finally {
      this.listener = undefined;
    }
  }

  /** The pronunciation of each clause in IPA, `_` between phonemes and spaces between words. */
  pronounce(text: string): string[] {
    return this.withText(text, (at) => {
      const clauses: string[] = [];
      const textAtAt = this.exports.malloc(4);
      const rest = () => new DataView(this.exports.memory.buffer);
      rest().setUint32(textAtAt, at, true);
      while (rest().getUint32(textAtAt, true) !== 0)
        clauses.push(this.textAt(this.exports.pronounce(textAtAt)));
      this.exports.free(textAtAt);
      return clauses;
    });
  }

  private withText<T>(text: string, use: (at: number) => T): T {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = this.exports.malloc(bytes.length);
    new Uint8Array(this.exports.memory.buffer).set(bytes, at);
    try {
      return use(at);
    } finally {
      this.exports.free(at);
    }
  }

  private textAt(at: number): string {
    // Another buffer after the memory has grown.
    const memory = new Uint8Array(this.exports.memory.buffer);
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  }

  private imports(): WebAssembly.Imports {
    const { files } = this;
    const bytes = () => new Uint8Array(this.exports.memory.buffer);
    const numbers = () => new DataView(this.exports.memory.buffer);
    return {
      host: {
        file_bytes: (pathAt: number) => {
          const path = this.textAt(pathAt);
          return files.list(path) ? -2 : (files.get(path)?.length ?? -1);
        },
        file_read: (pathAt: number, to: number) => {
          const content = files.get(this.textAt(pathAt));
          if (content) bytes().set(content, to);
        },
        folder_entry: (pathAt: number, index: number, nameAt: number, room: number) => {
          const name = files.list(this.textAt(pathAt))?.[index];
          if (name === undefined) return 0;
          const encoded = new TextEncoder().encode(name).subarray(0, room - 1);
          bytes().set(encoded, nameAt);
          bytes()[nameAt + encoded.length] = 0;
          return 1;
        },
        spoken: (at: number, count: number) =>
          this.listener?.onSound(new Int16Array(this.exports.memory.buffer, at, count)),
        passed: (type: number, position: number, timeMs: number) =>
          this.listener?.onPassed(type === WORD, position, timeMs)
      },
      env: { emscripten_notify_memory_growth: () => undefined },
      wasi_snapshot_preview1: {
        // There is none.
        environ_sizes_get: (countAt: number, bytesAt: number) => {
          numbers().setUint32(countAt, 0, true);
          numbers().setUint32(bytesAt, 0, true);
          return OK;
        },
        environ_get: () => OK,
        clock_time_get: (_clock: number, _precision: bigint, timeAt: number) => {
          numbers().setBigUint64(timeAt, BigInt(Date.now()) * 1_000_000n, true);
          return OK;
        },
        // It has standard output alone, and nobody reads it.
        fd_write: (_file: number, partsAt: number, count: number, writtenAt: number) => {
          let written = 0;
          for (let i = 0; i < count; i++) written += numbers().getUint32(partsAt + 8 * i + 4, true);
          numbers().setUint32(writtenAt, written, true);
          return OK;
        },
        fd_close: () => BAD_FILE,
        fd_seek: () => BAD_FILE
      }
    };
  }
}
