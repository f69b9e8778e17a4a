import { TimbreError } from '../../../../workers/contract';
import type { JournalledTake, TakeJournal, TakeState } from '../types';

interface Chunk {
  blob: Blob;
  /** The take's length up to the end of this chunk. */
  durationMs: number;
}

export interface ChunkLogEvents {
  onStored(index: number, durationMs: number): void;
  /** Once for each spell of failure; the chunks stay in memory and are tried again with the next one. */
  onRefused(error: TimbreError): void;
}

/** All chunks of one take: in memory, and one after another into the journal. */
export class ChunkLog {
  private readonly chunks: Chunk[] = [];
  private stored = 0;
  private refused = false;
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly journal: TakeJournal,
    private readonly identity: Pick<JournalledTake, 'id' | 'mimeType' | 'startedAt' | 'forVoice'>,
    private readonly stateNow: () => TakeState,
    private readonly events: ChunkLogEvents
  ) {}

  get isStored(): boolean {
    return this.stored === this.chunks.length;
  }

  get byteLength(): number {
    return this.chunks.reduce((sum, { blob }) => sum + blob.size, 0);
  }

  add(blob: Blob, durationMs: number): void {
    this.chunks.push({ blob, durationMs });
    void this.store();
  }

  /** Resolves when everything is stored or refused. Never rejects. */
  store(): Promise<void> {
    this.work = this.work.then(() => this.storeWaiting());
    return this.work;
  }

  /** Stores the take's state. */
  async mark(durationMs: number): Promise<void> {
    await this.store();
    if (this.stored === 0) return;
    try {
      await this.journal.finish(this.identity.id, this.record(durationMs));
    } catch (cause) {
      this.refuse(cause);
    }
  }

  toBlob(): Blob {
    return new Blob(
      this.chunks.map(({ blob }) => blob),
      { type: this.identity.mimeType }
    );
  }

  private async storeWaiting(): Promise<void> {
    for (let chunk = this.chunks[this.stored]; chunk; chunk = this.chunks[this.stored]) {
      const index = this.stored;
      try {
        await this.journal.append(this.identity.id, index, chunk.blob, {
          ...this.record(chunk.durationMs),
          chunkCount: index + 1
        });
      } catch (cause) {
        this.refuse(cause);
        return;
      }
      this.stored = index + 1;
      this.refused = false;
      this.events.onStored(index, chunk.durationMs);
    }
  }

  private refuse(cause: unknown): void {
    if (this.refused) return;
    this.refused = true;
    const error =
      cause instanceof TimbreError ? cause : new TimbreError('storage/failed', String(cause), { cause });
    this.events.onRefused(error);
  }

  private record(durationMs: number): JournalledTake {
    return { ...this.identity, durationMs, chunkCount: this.stored, state: this.stateNow() };
  }
}
