/** The parts that are used of eSpeak NG as compiled for the browser. The package has no types of its own. */
declare module '@echogarden/espeak-ng-emscripten' {
  export interface EspeakEvent {
    type: 'word' | 'sentence' | 'mark' | 'play' | 'end' | 'msg_terminated' | 'phoneme' | 'samplerate';
    /** Characters (code points) from the text's start, from 1. Points near and not into the text where eSpeak rewrote it. */
    text_position: number;
    word_length: number;
    /** Milliseconds. */
    audio_position: number;
  }

  export interface EspeakWorker {
    readonly samplerate: number;
    /** Words a minute. */
    rate: number;
    /** 0…100 */
    pitch: number;
    /** 0…100: how far the pitch moves. */
    range: number;
    /** @returns 0 when there is such a voice; otherwise the voice before stays. */
    set_voice(identifier: string): number;
    /** Runs to the end before it returns. @param onAudio returns true to stop. */
    synthesize(text: string, onAudio: (samples: Int16Array, events: EspeakEvent[]) => boolean): void;
  }

  export interface EspeakModule {
    eSpeakNGWorker: new () => EspeakWorker;
    /** Emscripten's file system in memory: the voices' data lie in it. */
    FS: {
      readFile(path: string, options: { encoding: 'utf8' }): string;
      writeFile(path: string, text: string): void;
      analyzePath(path: string): { exists: boolean };
    };
  }

  export default function createEspeak(options: {
    /** Gives the voices' data instead of a download. The module keeps the buffer. */
    getPreloadedPackage: (name: string, size: number) => ArrayBuffer;
  }): Promise<EspeakModule>;
}
