/** What WASM said of each model's self-test, kept for one version of the browser: the next may compute otherwise. */
import type { Golden } from './golden';

export interface GoldenStore {
  /** @returns undefined for a file that was not asked in this version of the browser. */
  get(url: string): Promise<Golden | undefined>;
  /** Also forgets what other versions said. */
  set(url: string, golden: Golden): Promise<void>;
}

const DATABASE = 'timbre-self-tests';
const TABLE = 'golden';

interface Row {
  browser: string;
  golden: Golden;
}

/** In the browser's database. Where there is none, or it fails, for as long as the worker lives: the test is only repeated. */
export function openGoldenStore(browser = browserVersion()): GoldenStore {
  const here = new Map<string, Golden>();
  let database: Promise<IDBDatabase | undefined> | undefined;
  const open = () => (database ??= openDatabase().catch(withoutDatabase));

  return {
    async get(url) {
      const known = here.get(url);
      const db = await open();
      if (known || !db) return known;
      const row = await ask(db, 'readonly', (table) => table.get(url) as IDBRequest<Row | undefined>).catch(
        withoutDatabase
      );
      return row?.browser === browser ? row.golden : undefined;
    },
    async set(url, golden) {
      here.set(url, golden);
      const db = await open();
      if (!db) return;
      await forgetOthers(db, browser).catch(withoutDatabase);
      await ask(db, 'readwrite', (table) => table.put({ browser, golden } satisfies Row, url)).catch(
        withoutDatabase
      );
    }
  };
}

/** The whole of what the browser says of itself: its version, and the system's. */
function browserVersion(): string {
  return typeof navigator === 'undefined' ? '' : navigator.userAgent;
}

function withoutDatabase(error: unknown): undefined {
  console.warn('What self-tests gave is not kept.', error);
  return undefined;
}

async function openDatabase(): Promise<IDBDatabase | undefined> {
  if (typeof indexedDB === 'undefined') return undefined;
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  const db = await settled(request);
  // So that it can be deleted from elsewhere.
  db.onversionchange = () => db.close();
  return db;
}

/** What is written is written once its transaction is complete: a page that goes before then takes it along. */
function ask<T>(
  db: IDBDatabase,
  mode: IDBTransactionMode,
  request: (table: IDBObjectStore) => IDBRequest<T>
): Promise<T> {
  const transaction = db.transaction(TABLE, mode);
  const asked = request(transaction.objectStore(TABLE));
  if (mode === 'readonly') return settled(asked);
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('the database failed'));
  });
}

async function forgetOthers(db: IDBDatabase, browser: string): Promise<void> {
  const table = db.transaction(TABLE, 'readwrite').objectStore(TABLE);
  const [keys, rows] = await Promise.all([
    settled(table.getAllKeys()),
    settled(table.getAll() as IDBRequest<Row[]>)
  ]);
  const old = keys.filter((_, i) => rows[i]?.browser !== browser);
  for (const key of old) await ask(db, 'readwrite', (all) => all.delete(key));
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });
}
