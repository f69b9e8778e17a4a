import type { LibraryProgress, OnLibraryProgress } from './types';

/** Adds up the bytes of several files into one progress. */
export class Tally {
  private readonly done = new Map<string, number>();
  private readonly totalBytes: number;

  constructor(
    private readonly step: LibraryProgress['step'],
    private readonly files: readonly { path: string; size: number }[],
    private readonly tell: OnLibraryProgress | undefined
  ) {
    this.totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  }

  /** @param have bytes of this file. */
  set(path: string, have: number): void {
    this.done.set(path, have);
    this.report();
  }

  report(): void {
    this.tell?.({
      step: this.step,
      doneBytes: this.doneBytes,
      totalBytes: this.totalBytes,
      doneFiles: this.files.filter(({ path, size }) => this.done.get(path) === size).length,
      totalFiles: this.files.length
    });
  }

  get doneBytes(): number {
    return [...this.done.values()].reduce((sum, have) => sum + have, 0);
  }

  get missingBytes(): number {
    return this.totalBytes - this.doneBytes;
  }
}
