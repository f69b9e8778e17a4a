/** The parts that are used of Bergamot's program, as `vite/bergamot.ts` makes it a module. The package has no types of its own. */
declare module '@browsermt/bergamot-translator/worker/bergamot-translator-worker.js' {
  /** Of a C++ object: its memory is given back by `delete` alone. */
  export interface Owned {
    delete(): void;
  }

  export interface AlignedMemory extends Owned {
    getByteArrayView(): Int8Array;
  }

  /** A C++ vector. */
  export interface List<T> extends Owned {
    push_back(value: T): void;
    get(index: number): T;
  }

  export interface Response {
    getTranslatedText(): string;
  }

  export interface BergamotModule {
    /** What the WASM exports. */
    asm: Record<string, (...given: number[]) => number>;
    AlignedMemory: new (bytes: number, alignment: number) => AlignedMemory;
    AlignedMemoryList: new () => List<AlignedMemory>;
    VectorString: new () => List<string>;
    VectorResponseOptions: new () => List<{ html: boolean; alignment: boolean; qualityScores: boolean }>;
    /** @param config YAML. @param quality null: none. */
    TranslationModel: new (
      config: string,
      model: AlignedMemory,
      shortlist: AlignedMemory,
      vocabularies: List<AlignedMemory>,
      quality: null
    ) => Owned;
    BlockingService: new (options: { cacheSize: number }) => Owned & {
      /** Runs to the end before it returns; one response for each text. */
      translate(
        model: Owned,
        texts: List<string>,
        options: InstanceType<BergamotModule['VectorResponseOptions']>
      ): Owned & { get(index: number): Response };
    };
  }

  export interface StartOptions extends Partial<BergamotModule> {
    print: (line: string) => void;
    printErr: (line: string) => void;
    instantiateWasm: (
      imports: WebAssembly.Imports,
      accept: (instance: WebAssembly.Instance) => void
    ) => Record<string, never>;
    /** From now on the options are a whole `BergamotModule`. */
    onRuntimeInitialized: () => void;
  }

  export default function start(options: StartOptions): void;
}
