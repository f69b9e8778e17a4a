import type { TableName, Tables } from './records';

type Held<N extends TableName> = Map<string, Tables[N] | null>;

/** Rows that the disk had no room for, held until it has. Null: deleted. */
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

  entries<N extends TableName>(table: N): [string, Tables[N] | null][] {
    return [...this.held(table)];
  }

  names(): TableName[] {
    return (Object.keys(this.tables) as TableName[]).filter((name) => this.tables[name].size > 0);
  }

  /** How many rows are held. */
  get size(): number {
    return this.names().reduce((sum, name) => sum + this.tables[name].size, 0);
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
