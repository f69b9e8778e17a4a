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
    /** @param ipa 1 for IPA. @returns where the answer lies in memory, ended by a zero byte: see `phonemes.ts`. */
    text_to_phonemes(text: string, ipa: 0 | 1): object;
    list_voices(): { identifier: string; languages: { name: string }[] }[];
  }

  export interface EspeakModule {
    eSpeakNGWorker: new () => EspeakWorker;
    /** Its memory; another array after it has grown. */
    readonly HEAPU8: Uint8Array;
    getPointer(object: object): number;
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
