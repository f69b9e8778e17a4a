import { liveQuery, type Table, type Transaction } from 'dexie';
import type { Readable } from 'svelte/store';
import { asStorageError, isQuotaError } from './errors';
import { Overlay, type Change } from './overlay';
import type { TableName, Tables } from './records';
import type { TimbreDatabase } from './schema';
import { readerOver, readOnce, unitOver } from './unit';

export type Field<N extends TableName> = keyof Tables[N] & string;

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
  /** Ids of the rows that have an indexed `field`, in its order. */
  idsBy<N extends TableName>(table: N, field: Field<N>): Promise<string[]>;
  /** Ids of the rows whose indexed `field` is `value`. */
  idsWhere<N extends TableName>(table: N, field: Field<N>, value: string | number): Promise<string[]>;
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
  private readonly reader: Reader = readerOver(this.overlay, {
    get: async (table, id) => this.table(table).get(id),
    all: async (table) => this.table(table).toArray(),
    where: async (table, field, value) => this.table(table).where(field).equals(value).toArray(),
    beginning: async (table, field, prefix) =>
      this.table(table).where(field).startsWith(prefix).distinct().toArray(),
    ids: async (table) => this.table(table).toCollection().primaryKeys(),
    idsBy: async (table, field) => this.table(table).orderBy(field).primaryKeys(),
    idsWhere: async (table, field, value) => this.table(table).where(field).equals(value).primaryKeys()
  });

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
  idsBy<N extends TableName>(table: N, field: Field<N>) {
    return this.asking(() => this.reader.idsBy(table, field));
  }
  idsWhere<N extends TableName>(table: N, field: Field<N>, value: string | number) {
    return this.asking(() => this.reader.idsWhere(table, field, value));
  }

  /**
   * Runs `work` in one transaction over `tables`; it may wait only for the unit's own calls. A row is read once, and what
   * is changed is written when the work is done, all at once: each request is a message to another process and one back.
   * When the disk is full, it is held in memory. Errors: whatever `work` throws, else `storage/…`.
   */
  async write<T>(tables: readonly TableName[], work: (unit: Unit) => Promise<T>): Promise<T> {
    const changes = new Overlay();
    let made: { result: T } | undefined;
    let transaction: Transaction | undefined;
    try {
      // An async function: Dexie keeps a transaction over native awaits only for those.
      const result = await this.db.transaction('rw', [...tables], async (current) => {
        transaction = current;
        const result = await work(unitOver(changes, readOnce(this.reader)));
        made = { result };
        await Promise.all(changes.all().map((change) => this.store(change)));
        return result;
      });
      for (const { table, id } of changes.all()) this.overlay.forget(table, id);
      return result;
    } catch (error) {
      // A request that dies with its transaction says AbortError; only the transaction knows why.
      const full = isQuotaError(error) || isQuotaError(transaction?.idbtrans?.error);
      if (!made || !full) throw asStorageError(error);
      for (const change of changes.all()) this.overlay.take(change);
      this.events.onFull();
      return made.result;
    }
  }

  /** As `write`, but into memory: for rows that are of no use on the disk without others that found no room there. */
  async hold<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    const result = await work(unitOver(this.overlay, this.reader));
    this.events.onFull();
    return result;
  }

  /** Brings what memory holds to the disk. False: there is still no room for some of it. */
  async save(): Promise<boolean> {
    for (const change of this.overlay.all()) {
      // A newer one may have found room meanwhile.
      if (this.overlay.get(change.table, change.id) !== change.row) continue;
      try {
        await this.store(change);
      } catch (error) {
        if (isQuotaError(error)) return false;
        throw asStorageError(error);
      }
      // A newer state may have come while this one was written.
      if (this.overlay.get(change.table, change.id) === change.row)
        this.overlay.forget(change.table, change.id);
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

  private async store({ table, id, row }: Change): Promise<void> {
    await (row === null ? this.table(table).delete(id) : this.table(table).put(row));
  }
}
