import type { Overlay } from './overlay';
import type { TableName, Tables } from './records';
import type { Reader, Unit } from './store';
import { wordsOf } from './words';

/** What `beneath` answers, with the overlay's rows among it. */
export function readerOver(overlay: Overlay, beneath: Reader): Reader {
  return {
    get: async (table, id) => {
      const held = overlay.get(table, id);
      return held === undefined ? beneath.get(table, id) : (held ?? undefined);
    },
    all: async (table) => overlay.over(table, await beneath.all(table), () => true),
    where: async (table, field, value) =>
      overlay.over(table, await beneath.where(table, field, value), (row) => is(row[field], value)),
    beginning: async (table, field, prefix) =>
      overlay.over(table, await beneath.beginning(table, field, prefix), (row) =>
        matches(row[field], (entry) => typeof entry === 'string' && entry.startsWith(prefix))
      ),
    ids: async (table) => overlay.idsOver(table, await beneath.ids(table), () => true),
    idsBy: async (table, field) => {
      const ids = await beneath.idsBy(table, field);
      if (overlay.entries(table).length === 0) return ids;
      const place = (row: Tables[typeof table]) => row[field] as string | number;
      const rows = await readerOver(overlay, beneath).all(table);
      const found = rows.filter((row) => row[field] !== null && row[field] !== undefined);
      return found.sort((a, b) => (place(a) < place(b) ? -1 : 1)).map(({ id }) => id);
    },
    idsWhere: async (table, field, value) =>
      overlay.idsOver(table, await beneath.idsWhere(table, field, value), (row) => is(row[field], value))
  };
}

/** A unit whose changes go into the overlay. */
export function unitOver(overlay: Overlay, beneath: Reader): Unit {
  return {
    ...readerOver(overlay, beneath),
    put: async (table, row) => overlay.set(table, row.id, indexed(table, row)),
    remove: async (table, id) => overlay.set(table, id, null)
  };
}

/** Asks for each row once. For within a transaction, where nobody else changes it. (Fowler 2002, Identity Map.) */
export function readOnce(beneath: Reader): Reader {
  const rows = new Map<string, Promise<unknown>>();
  return {
    ...beneath,
    get<N extends TableName>(table: N, id: string) {
      const key = `${table} ${id}`;
      const row = rows.get(key) ?? beneath.get(table, id);
      rows.set(key, row);
      // Under this key there are rows of this table.
      return row as Promise<Tables[N] | undefined>;
    }
  };
}

function is(value: unknown, wanted: string | number): boolean {
  return matches(value, (entry) => entry === wanted);
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
