import { unzipSync } from 'fflate';
import { DICTIONARIES, dictionaryPath } from './packs';

const DICTIONARY_OF = new Map(DICTIONARIES.map((language) => [dictionaryPath(language), language]));

/** The files that eSpeak NG finds, in memory, by their paths. */
export class EspeakFiles {
  private readonly files = new Map<string, Uint8Array>();
  /** Names in each folder. */
  private readonly folders = new Map<string, string[]>();
  private asked = new Set<string>();

  /** @param pack a zip of files. @throws where it is none. */
  add(pack: Uint8Array): void {
    for (const [path, content] of Object.entries(unzipSync(pack))) this.put(path, content);
  }

  put(path: string, content: Uint8Array): void {
    if (!this.files.has(path)) this.enter(path);
    this.files.set(path, content);
  }

  /** Undefined: there is none. A dictionary that isn't here is remembered as lacking. */
  get(path: string): Uint8Array | undefined {
    const file = this.files.get(path);
    const dictionary = file ? undefined : DICTIONARY_OF.get(path);
    if (dictionary !== undefined) this.asked.add(dictionary);
    return file;
  }

  /** Names in a folder; undefined: there is none. */
  list(path: string): readonly string[] | undefined {
    return this.folders.get(path);
  }

  /** Whether a dictionary was asked for in vain since `takeLacking` was last called. */
  get isLacking(): boolean {
    return this.asked.size > 0;
  }

  /** Languages whose dictionaries were asked for in vain since this was last called. */
  takeLacking(): string[] {
    const asked = [...this.asked];
    this.asked.clear();
    return asked;
  }

  private enter(path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return;
    const folder = path.slice(0, slash);
    const names = this.folders.get(folder);
    if (names) names.push(path.slice(slash + 1));
    else {
      this.folders.set(folder, [path.slice(slash + 1)]);
      this.enter(folder);
    }
  }
}
