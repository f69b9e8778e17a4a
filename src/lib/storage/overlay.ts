import type { TableName, Tables } from './records';

/** A row as it is to be; null: deleted. */
export type Change<N extends TableName = TableName> = {
  [T in N]: { table: T; id: string; row: Tables[T] | null };
}[N];

type Held<N extends TableName> = Map<string, Tables[N] | null>;

/** Rows that are not on the disk yet: it has no room, or their transaction has not come to its end. Null: deleted. */
export class Overlay {
  private readonly tables: { [N in TableName]: Held<N> } = {
    messages: new Map(),
    audio: new Map(),
    versions: new Map(),
    people: new Map(),
    conversations: new Map(),
    takes: new Map(),
    takeChunks: new Map(),
    jobs: new Map(),
    settings: new Map(),
    profiles: new Map(),
    samples: new Map(),
    trainings: new Map(),
    voiceModels: new Map(),
    hosts: new Map()
  };
  private readonly listeners = new Set<() => void>();

  /** Undefined: not held here, ask the disk. */
  get<N extends TableName>(table: N, id: string): Tables[N] | null | undefined {
    return this.held(table).get(id);
  }

  set<N extends TableName>(table: N, id: string, row: Tables[N] | null): void {
    this.held(table).set(id, row);
    this.changed();
  }

  forget(table: TableName, id: string): void {
    if (this.tables[table].delete(id)) this.changed();
  }

  /** The rows that were found beneath, as they are here, and with them those that are only here. */
  over<N extends TableName>(
    table: N,
    found: readonly Tables[N][],
    fits: (row: Tables[N]) => boolean
  ): Tables[N][] {
    const rows = found.filter(({ id }) => this.get(table, id) === undefined);
    for (const [, row] of this.entries(table)) if (row !== null && fits(row)) rows.push(row);
    return rows;
  }

  /** The same of ids. */
  idsOver<N extends TableName>(
    table: N,
    found: readonly string[],
    fits: (row: Tables[N]) => boolean
  ): string[] {
    const ids = found.filter((id) => this.get(table, id) === undefined);
    for (const [id, row] of this.entries(table)) if (row !== null && fits(row)) ids.push(id);
    return ids;
  }

  entries<N extends TableName>(table: N): [string, Tables[N] | null][] {
    return [...this.held(table)];
  }

  /** Everything that is held. */
  all(): Change[] {
    const names = Object.keys(this.tables) as TableName[];
    return names.flatMap((table) => this.entries(table).map(([id, row]) => ({ table, id, row }) as Change));
  }

  /** Holds a change that was meant for the disk. */
  take<N extends TableName>({ table, id, row }: Change<N>): void {
    this.set(table, id, row);
  }

  /** How many rows are held. */
  get size(): number {
    return Object.values(this.tables).reduce((sum, held) => sum + held.size, 0);
  }

  /** @returns a function that removes the listener. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private held<N extends TableName>(table: N): Held<N> {
    return this.tables[table];
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
