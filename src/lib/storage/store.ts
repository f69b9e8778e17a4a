import { liveQuery, type Table, type Transaction } from 'dexie';
import type { Readable } from 'svelte/store';
import { asStorageError, isQuotaError } from './errors';
import { Overlay } from './overlay';
import type { TableName, Tables } from './records';
import type { TimbreDatabase } from './schema';
import { wordsOf } from './words';

type Field<N extends TableName> = keyof Tables[N] & string;

/** What can be asked of the tables. Rows that only memory holds are among the answers. */
export interface Reader {
  get<N extends TableName>(table: N, id: string): Promise<Tables[N] | undefined>;
  all<N extends TableName>(table: N): Promise<Tables[N][]>;
  /** Rows whose indexed `field` is (or, for a list, has) `value`. */
  where<N extends TableName>(table: N, field: Field<N>, value: string | number): Promise<Tables[N][]>;
  /** Rows whose indexed list `field` has a word that begins so. */
  beginning<N extends TableName>(table: N, field: Field<N>, prefix: string): Promise<Tables[N][]>;
  /** Ids, without reading the rows. */
  ids(table: TableName): Promise<string[]>;
}

/** Several changes that happen together or not at all. */
export interface Unit extends Reader {
  put<N extends TableName>(table: N, row: Tables[N]): Promise<void>;
  remove(table: TableName, id: string): Promise<void>;
}

/** What a store tells of its condition. */
export interface StoreEvents {
  /** The disk refused a write; it is held in memory. */
  onFull(): void;
  /** What was held is on the disk now. */
  onSaved(): void;
  onError(error: ReturnType<typeof asStorageError>): void;
}

/** A value that follows the tables, also when another tab changes them. Undefined until the first answer. */
export type Live<T> = Readable<T | undefined>;

/**
 * The tables, with a fall-back to memory: when the disk is full, what would have been written is held
 * here, is read like the rest, and goes to the disk by `save()` when there is room.
 */
export class Store implements Reader {
  readonly overlay = new Overlay();

  constructor(
    private readonly db: TimbreDatabase,
    private readonly events: StoreEvents
  ) {}

  get<N extends TableName>(table: N, id: string) {
    return this.asking(() => this.reader.get(table, id));
  }
  all<N extends TableName>(table: N) {
    return this.asking(() => this.reader.all(table));
  }
  where<N extends TableName>(table: N, field: Field<N>, value: string | number) {
    return this.asking(() => this.reader.where(table, field, value));
  }
  beginning<N extends TableName>(table: N, field: Field<N>, prefix: string) {
    return this.asking(() => this.reader.beginning(table, field, prefix));
  }
  ids(table: TableName) {
    return this.asking(() => this.reader.ids(table));
  }

  /**
   * Runs `work` in one transaction over `tables`. It may wait only for the unit's own calls, and it runs
   * a second time, in memory, when the disk is full: it must have no effect but the unit's.
   * Errors: whatever `work` throws, else `storage/…`.
   */
  async write<T>(tables: readonly TableName[], work: (unit: Unit) => Promise<T>): Promise<T> {
    const written: [TableName, string][] = [];
    const unit: Unit = {
      ...this.reader,
      put: async (table, row) => {
        await this.table(table).put(indexed(table, row));
        written.push([table, row.id]);
      },
      remove: async (table, id) => {
        await this.table(table).delete(id);
        written.push([table, id]);
      }
    };
    let transaction: Transaction | undefined;
    try {
      // An async function: Dexie keeps a transaction over native awaits only for those.
      const result = await this.db.transaction('rw', [...tables], async (current) => {
        transaction = current;
        return work(unit);
      });
      for (const [table, id] of written) this.overlay.forget(table, id);
      return result;
    } catch (error) {
      // A request that dies with its transaction says AbortError; only the transaction knows why.
      if (!isQuotaError(error) && !isQuotaError(transaction?.idbtrans?.error)) throw asStorageError(error);
      return this.hold(work);
    }
  }

  /** As `write`, but into memory: for rows that are of no use on the disk without others that found no room there. */
  async hold<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    const result = await work({
      ...this.reader,
      put: async (table, row) => this.overlay.set(table, row.id, indexed(table, row)),
      remove: async (table, id) => this.overlay.set(table, id, null)
    });
    this.events.onFull();
    return result;
  }

  /** Brings what memory holds to the disk. False: there is still no room for some of it. */
  async save(): Promise<boolean> {
    for (const name of this.overlay.names()) {
      for (const [id, row] of this.overlay.entries(name)) {
        try {
          await (row === null ? this.table(name).delete(id) : this.table(name).put(row));
        } catch (error) {
          if (isQuotaError(error)) return false;
          throw asStorageError(error);
        }
        // A newer state may have come while this one was written.
        if (this.overlay.get(name, id) === row) this.overlay.forget(name, id);
      }
    }
    this.events.onSaved();
    return true;
  }

  /** @param query reads through this store only. */
  live<T>(query: (reader: Reader) => Promise<T>): Live<T> {
    return {
      subscribe: (run) => {
        let latest: T | undefined;
        let ended = false;
        let follow = this.follow(query, receive, this.events);
        function receive(value: T) {
          latest = value;
          if (!ended) run(value);
        }
        // Memory is not observed by the database: asking anew is.
        const unlisten = this.overlay.onChange(() => {
          follow.unsubscribe();
          follow = this.follow(query, receive, this.events);
        });
        run(latest);
        return () => {
          ended = true;
          unlisten();
          follow.unsubscribe();
        };
      }
    };
  }

  private follow<T>(query: (reader: Reader) => Promise<T>, next: (value: T) => void, events: StoreEvents) {
    // An async function, although it needs none: Dexie keeps sight of the reads behind its awaits only then.
    return liveQuery(async () => query(this.reader)).subscribe({
      next,
      error: (error: unknown) => events.onError(asStorageError(error))
    });
  }

  private async asking<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw asStorageError(error);
    }
  }

  private table<N extends TableName>(name: N): Table<Tables[N], string> {
    return this.db.table<Tables[N], string>(name);
  }

  private readonly reader: Reader = {
    get: async (table, id) => {
      const held = this.overlay.get(table, id);
      if (held !== undefined) return held ?? undefined;
      return this.table(table).get(id);
    },
    all: async (table) => this.merged(table, await this.table(table).toArray(), () => true),
    where: async (table, field, value) =>
      this.merged(table, await this.table(table).where(field).equals(value).toArray(), (row) =>
        matches(row[field], (entry) => entry === value)
      ),
    beginning: async (table, field, prefix) =>
      this.merged(
        table,
        await this.table(table).where(field).startsWith(prefix).distinct().toArray(),
        (row) => matches(row[field], (entry) => typeof entry === 'string' && entry.startsWith(prefix))
      ),
    ids: async (table) => {
      const ids = new Set(await this.table(table).toCollection().primaryKeys());
      for (const [id, row] of this.overlay.entries(table)) {
        if (row === null) ids.delete(id);
        else ids.add(id);
      }
      return [...ids];
    }
  };

  private merged<N extends TableName>(
    table: N,
    rows: Tables[N][],
    fits: (row: Tables[N]) => boolean
  ): Tables[N][] {
    const kept = rows.filter((row) => this.overlay.get(table, row.id) === undefined);
    for (const [, row] of this.overlay.entries(table)) if (row !== null && fits(row)) kept.push(row);
    return kept;
  }
}

function matches(value: unknown, test: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) ? value.some(test) : test(value);
}

/** The row with its search words as its text now is. */
function indexed<N extends TableName>(table: N, row: Tables[N]): Tables[N] {
  if (table === 'messages') {
    const message = row as Tables['messages'];
    return { ...message, words: wordsOf(message.transcription?.text ?? '') } as Tables[N];
  }
  if (table === 'versions') {
    const version = row as Tables['versions'];
    return { ...version, words: wordsOf(version.text ?? '') } as Tables[N];
  }
  return row;
}
