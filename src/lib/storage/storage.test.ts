import { IDBFactory, IDBKeyRange, IDBObjectStore as FDBObjectStore } from 'fake-indexeddb';
import { get } from 'svelte/store';
import { describe, expect, it, vi } from 'vitest';
import {
  createDatabase,
  createStorage,
  deleteStorage,
  MIGRATIONS,
  type Migration,
  type Person,
  type TranslatedAudioVersion,
  type VoiceSample
} from './index';
import { openTestStorage } from './index.testing';

/** A version that has not been yet. */
const NEXT = Math.max(...MIGRATIONS.map(({ version }) => version)) + 1;

const person = (id: string, name = id): Person => ({
  id,
  name,
  languages: {
    systemLanguage: 'fr',
    regionalLanguage: null,
    customDestinationLanguage: null,
    useCustomDestination: false,
    translateToSystemLanguage: true,
    translateToRegionalLanguage: false
  },
  createdAt: 1,
  updatedAt: 1,
  deletedAt: null
});

describe('the store', () => {
  it('writes several rows together or not at all', async () => {
    const { store } = await openTestStorage();
    await expect(
      store.write(['people'], async (unit) => {
        await unit.put('people', person('a'));
        throw new Error('stop');
      })
    ).rejects.toMatchObject({ code: 'storage/failed' });
    expect(await store.all('people')).toEqual([]);
  });

  it('follows changes, also those of another connection', async () => {
    const here = await openTestStorage();
    const there = await here.again();
    const seen: string[][] = [];
    const stop = here.store
      .live(async (reader) => (await reader.all('people')).map(({ id }) => id))
      .subscribe((ids) => {
        if (ids) seen.push(ids);
      });
    await there.store.write(['people'], (unit) => unit.put('people', person('far')));
    await vi.waitFor(() => expect(seen.at(-1)).toEqual(['far']));
    stop();
  });
});

describe('a full disk', () => {
  it('is visible, keeps rows in memory, reads them like the rest, and saves them when there is room', async () => {
    const storage = await openTestStorage();
    await storage.store.write(['people'], (unit) => unit.put('people', person('before')));
    storage.fill(true);
    await storage.store.write(['people'], async (unit) => {
      await unit.put('people', person('after'));
      await unit.put('people', person('before', 'renamed'));
    });
    expect(get(storage.state)).toMatchObject({ full: true, unsaved: 2 });
    expect((await storage.store.get('people', 'before'))?.name).toBe('renamed');
    expect((await storage.store.all('people')).map(({ id }) => id).sort()).toEqual(['after', 'before']);
    expect((await storage.store.ids('people')).sort()).toEqual(['after', 'before']);
    expect(await storage.save()).toBe(false);

    storage.fill(false);
    expect(await storage.save()).toBe(true);
    expect(get(storage.state)).toMatchObject({ full: false, unsaved: 0 });
    expect((await (await storage.again()).store.get('people', 'before'))?.name).toBe('renamed');
  });

  it('lets a later write that finds room replace what memory holds', async () => {
    const storage = await openTestStorage();
    storage.fill(true);
    await storage.store.write(['people'], (unit) => unit.put('people', person('a', 'held')));
    storage.fill(false);
    await storage.store.write(['people'], (unit) => unit.put('people', person('a', 'written')));
    expect(storage.store.overlay.size).toBe(0);
    expect((await storage.store.get('people', 'a'))?.name).toBe('written');
  });

  it('shows in a live query', async () => {
    const storage = await openTestStorage();
    storage.fill(true);
    let ids: string[] | undefined;
    const stop = storage.store
      .live(async (reader) => (await reader.all('people')).map((row) => row.id))
      .subscribe((now) => (ids = now));
    await storage.store.write(['people'], (unit) => unit.put('people', person('held')));
    await vi.waitFor(() => expect(ids).toEqual(['held']));
    stop();
  });

  it('keeps sound in memory and says so', async () => {
    const storage = await openTestStorage();
    storage.fill(['audio']);
    expect(await storage.audio.put('s', 'm', new Blob(['sound'], { type: 'audio/wav' }), 1)).toBe('memory');
    const blob = await storage.audio.get('s');
    expect([await blob.text(), blob.type]).toEqual(['sound', 'audio/wav']);
    storage.fill(false);
    expect(await storage.audio.put('t', 'm', new Blob(['more']), 1)).toBe('disk');
    await expect(storage.audio.get('none')).rejects.toMatchObject({ code: 'storage/not-found' });
  });

  it('is recognised when the transaction itself is aborted for it', async () => {
    const indexedDB = new IDBFactory();
    const storage = await createStorage({ manager: {}, factory: { indexedDB, IDBKeyRange } });
    const put = vi.spyOn(FDBObjectStore.prototype, 'put').mockImplementationOnce(function (
      this: IDBObjectStore,
      row: unknown
    ) {
      const request = this.add(row);
      // What fake-indexeddb does itself for an abort with a reason.
      (this.transaction as unknown as { _abort(name: string): void })._abort('QuotaExceededError');
      return request;
    });
    await storage.store.write(['people'], (unit) => unit.put('people', person('a')));
    put.mockRestore();
    expect(get(storage.state).full).toBe(true);
    expect(await storage.db.people.count()).toBe(0);
    expect((await storage.store.get('people', 'a'))?.id).toBe('a');
  });
});

describe('state', () => {
  it('tells use, quota and durability, and asks for durability', async () => {
    const manager = {
      estimate: () => Promise.resolve({ usage: 5, quota: 10 }),
      persisted: () => Promise.resolve(false),
      persist: () => Promise.resolve(true)
    };
    const storage = await openTestStorage({ manager });
    await storage.refresh();
    expect(get(storage.state)).toMatchObject({
      usedBytes: 5,
      quotaBytes: 10,
      persisted: false,
      problem: null
    });
    expect(await storage.persist()).toBe(true);
    expect(get(storage.state).persisted).toBe(true);
  });

  it('says nothing where the browser says nothing', async () => {
    const storage = await openTestStorage({
      manager: { estimate: () => Promise.reject(new Error('private window')) }
    });
    await storage.refresh();
    expect(get(storage.state)).toMatchObject({ usedBytes: null, quotaBytes: null, persisted: null });
    expect(await storage.persist()).toBe(false);
  });
});

describe('a database that can not be opened', () => {
  it('is storage/unavailable when the browser refuses', async () => {
    const indexedDB = {
      open: () => {
        throw new DOMException('no', 'SecurityError');
      }
    };
    await expect(
      createStorage({ manager: {}, factory: { indexedDB: indexedDB as unknown as IDBFactory, IDBKeyRange } })
    ).rejects.toMatchObject({ name: 'TimbreError', code: 'storage/unavailable' });
  });

  it('is storage/outdated when a newer version of the app has it', async () => {
    const here = await openTestStorage();
    here.close();
    await (await here.again({ migrations: [...MIGRATIONS, { version: NEXT, stores: {} }] })).close();
    // Dexie itself accepts a newer database; the app of an older version must not guess at its rows.
    await expect(here.again()).rejects.toMatchObject({ code: 'storage/outdated' });
  });

  it('is storage/blocked, at once, while an older tab holds it', async () => {
    const indexedDB = new IDBFactory();
    const older = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('timbre', 1);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('open'));
    });
    const open = () => createStorage({ manager: {}, factory: { indexedDB, IDBKeyRange } });
    await expect(open()).rejects.toMatchObject({ code: 'storage/blocked' });
    older.close();
    const storage = await open();
    await storage.store.write(['people'], (unit) => unit.put('people', person('a')));
    expect(await storage.store.ids('people')).toEqual(['a']);
  });

  it('gives way to a newer tab and says so', async () => {
    const here = await openTestStorage();
    const newer = await here.again({ migrations: [...MIGRATIONS, { version: NEXT, stores: {} }] });
    expect(get(here.state).problem?.code).toBe('storage/outdated');
    await expect(here.store.all('people')).rejects.toMatchObject({ code: 'storage/outdated' });
    newer.close();
  });

  it('is deleted under whoever has it open', async () => {
    const factory = { indexedDB: new IDBFactory(), IDBKeyRange };
    const storage = await createStorage({ name: 'timbre@https://a.example', manager: {}, factory });
    await storage.store.write(['people'], (unit) => unit.put('people', person('a')));
    await deleteStorage({ name: 'timbre@https://a.example', factory });
    expect(get(storage.state).problem?.code).toBe('storage/outdated');
    const again = await createStorage({ name: 'timbre@https://a.example', manager: {}, factory });
    expect(await again.store.ids('people')).toEqual([]);
  });

  it('is opened again when the browser closed it', async () => {
    const storage = await openTestStorage();
    await storage.store.write(['people'], (unit) => unit.put('people', person('a')));
    const connection = storage.db.backendDB();
    connection.close();
    connection.onclose?.(new Event('close'));
    await vi.waitFor(async () => expect(await storage.store.ids('people')).toEqual(['a']));
    expect(get(storage.state).problem).toBeNull();
  });
});

describe('migrations', () => {
  it('a later version keeps the rows and rewrites them', async () => {
    const first = await openTestStorage();
    await first.store.write(['people'], (unit) => unit.put('people', person('p', 'Odile')));
    first.close();
    const second: Migration = {
      version: NEXT,
      stores: { people: 'id, deletedAt, initial', pictures: 'id' },
      upgrade: (transaction) =>
        transaction
          .table('people')
          .toCollection()
          .modify((row: Person & { initial?: string }) => {
            row.initial = row.name.slice(0, 1);
          })
    };
    const later = await first.again({ migrations: [...MIGRATIONS, second] });
    expect(await later.db.table('people').where('initial').equals('O').count()).toBe(1);
    expect(await later.db.table('pictures').count()).toBe(0);
  });

  it('hosts come with version 3; what was there stays, the person’s own', async () => {
    const before = await openTestStorage({ migrations: MIGRATIONS.filter(({ version }) => version < 3) });
    await before.store.write(['people', 'samples'], async (unit) => {
      await unit.put('people', person('p', 'Odile'));
      await unit.put('samples', { id: 's', speakerProfileId: 'p' } as VoiceSample);
    });
    before.close();
    const now = await before.again({ migrations: MIGRATIONS });
    expect(await now.store.all('hosts')).toEqual([]);
    const grant = { id: 'https://a.example', capabilities: [], grantedAt: 1, lastUsedAt: 1 };
    await now.store.write(['hosts'], (unit) => unit.put('hosts', grant));
    expect(await now.store.get('hosts', grant.id)).toEqual(grant);
    expect(await now.store.ids('people')).toEqual(['p']);
    expect((await now.store.get('samples', 's'))?.host).toBeUndefined();
  });

  it('a language that version 3 had as being spoken is still to be made', async () => {
    const before = await openTestStorage({ migrations: MIGRATIONS.filter(({ version }) => version < 4) });
    const row = (id: string, status: string) => ({ id, status, text: 'Bonjour' }) as TranslatedAudioVersion;
    await before.store.write(['versions'], async (unit) => {
      await unit.put('versions', row('m:fr', 'running'));
      await unit.put('versions', row('m:es', 'ready'));
    });
    before.close();
    const now = await before.again({ migrations: MIGRATIONS });
    const statuses = (await now.store.all('versions')).map(({ id, status }) => [id, status]);
    expect(Object.fromEntries(statuses)).toEqual({ 'm:fr': 'pending', 'm:es': 'ready' });
  });

  it('declares each version once, upwards', () => {
    const versions = MIGRATIONS.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(createDatabase({ factory: { indexedDB: new IDBFactory(), IDBKeyRange } }).verno).toBe(
      versions.at(-1)
    );
  });
});
