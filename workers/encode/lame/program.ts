import type { MpegRate } from '../mpegRates';

/** What the compiled program has (glue.c). Numbers named `…At` are addresses in its memory. */
interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  sound_at(): number;
  frames_at(): number;
  most_samples(): number;
  begin(rateHz: number, kbits: number): number;
  encode(samples: number): number;
  end(): number;
}

/** LAME, compiled to WASM for the app: one mono stream of constant bit rate after another. */
export class Lame {
  private readonly exports: Exports;

  constructor(program: WebAssembly.Module) {
    const { exports } = new WebAssembly.Instance(program, IMPORTS);
    this.exports = exports as unknown as Exports;
    this.exports._initialize();
  }

  /** Whatever stream was under way is dropped. @throws Error where LAME refuses the bit rate at that rate, or has no memory. */
  begin(rateHz: MpegRate, kbits: number): void {
    const answer = this.exports.begin(rateHz, kbits);
    if (answer < 0) throw new Error(`LAME refused ${kbits} kbit/s at ${rateHz} Hz: ${answer}`);
  }

  /**
   * @param samples −1…1, at most a second of the highest rate.
   * @returns a piece of the stream, which needn't end with a frame; valid until the next call. @throws RangeError
   */
  encode(samples: Float32Array): Uint8Array {
    if (samples.length > this.exports.most_samples())
      throw new RangeError(`${samples.length} samples at once`);
    new Float32Array(this.exports.memory.buffer, this.exports.sound_at(), samples.length).set(samples);
    return this.frames(this.exports.encode(samples.length));
  }

  /** The rest of the stream; valid until the next call. */
  end(): Uint8Array {
    return this.frames(this.exports.end());
  }

  private frames(bytes: number): Uint8Array {
    if (bytes < 0) throw new Error(`LAME failed: ${bytes}`);
    return new Uint8Array(this.exports.memory.buffer, this.exports.frames_at(), bytes);
  }
}

/** It never writes, but its C library could. */
const NOT_HERE = 8;
const IMPORTS: WebAssembly.Imports = {
  env: { emscripten_notify_memory_growth: () => undefined },
  wasi_snapshot_preview1: {
    fd_write: () => NOT_HERE,
    fd_close: () => NOT_HERE,
    fd_seek: () => NOT_HERE,
    proc_exit: (code: number) => {
      throw new Error(`LAME ended itself: ${code}`);
    }
  }
};
