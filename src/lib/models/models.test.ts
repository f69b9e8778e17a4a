import { beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import type { LibraryEntry, Manifest, WantedModel } from '$workers/library';
import { modelById } from '../../../models/catalog';
import { EventSource } from '$lib/events';
import { Models, type Told } from './models.svelte';
import type {
  InstallOptions,
  LibraryEventMap,
  ModelKey,
  ModelLibrary,
  PickedModel,
  TaskOptions
} from './types';
import { storedVariant, wantedModel } from './wanted';

function wanted(id: string): WantedModel {
  const model = modelById(id);
  const variant = model && storedVariant(model, null);
  const found = model && variant && wantedModel(model, variant);
  if (!found) throw new Error(`no model ${id}`);
  return found;
}
const TINY = wanted('whisper-tiny');
const M2M = wanted('m2m100-418m');

/** A library whose installations end when the test says so. */
function fakeLibrary() {
  const held = new Map<string, LibraryEntry>();
  const going = new Map<string, { end: (error?: TimbreError) => void; options: InstallOptions }>();
  const entry = ({ id, repo, dtype }: WantedModel, state: LibraryEntry['state']): LibraryEntry => ({
    ...{ id, repo, revision: 'main', commit: 'a'.repeat(40), dtype: dtype ?? null, state },
    ...{ totalBytes: 100, storedBytes: state === 'installed' ? 100 : 40, installedAt: null, origin: 'hub' }
  });
  const library = {
    events: new EventSource<LibraryEventMap>(),
    install: (model: WantedModel, options: InstallOptions = {}) =>
      new Promise<Manifest>((resolve, reject) => {
        held.set(model.id, entry(model, 'unfinished'));
        going.set(model.id, {
          options,
          end(error) {
            going.delete(model.id);
            if (error) return reject(error);
            held.set(model.id, entry(model, 'installed'));
            resolve({} as Manifest);
          }
        });
      }),
    pause: ({ id }: { id: string }) => going.get(id)?.end(new TimbreError('job/cancelled', 'paused')),
    cancel: async ({ id }: { id: string }) => {
      going.get(id)?.end(new TimbreError('job/cancelled', 'stopped'));
      held.delete(id);
    },
    list: async () => [...held.values()],
    usage: async () => ({ libraryBytes: 0, usedBytes: null, quotaBytes: null }),
    remove: async ({ id }: { id: string }) => void held.delete(id),
    verify: vi.fn(async () => ({ checkedFiles: 2, damaged: ['config.json'], cure: TINY })),
    checkUpdate: vi.fn(async () => ({ installed: 'a', latest: 'b', differs: true })),
    exportTo: async () => undefined,
    modelIn: async (_source: PickedModel): Promise<ModelKey | null> => null,
    importFrom: async (_source: PickedModel, _target?: WantedModel, _options?: TaskOptions) =>
      ({ id: 'm2m100-418m' }) as Manifest
  } satisfies ModelLibrary;
  return { library, going, held };
}

let settings: Settings;
beforeEach(() => {
  settings = structuredClone(DEFAULT_SETTINGS);
});
function open(
  { library }: ReturnType<typeof fakeLibrary>,
  fetchBergamot = vi.fn(async (): Promise<void> => undefined)
) {
  const told: Told[] = [];
  const storage = {
    settings: {
      get: async () => settings,
      set: async (change: Partial<Settings>) => void Object.assign(settings, change)
    }
  };
  const models = new Models({
    storage: storage as unknown as ConstructorParameters<typeof Models>[0]['storage'],
    tell: (each) => told.push(each),
    library,
    present: async () => true,
    fetchBergamot,
    now: () => 0
  });
  return { models, told };
}

it('fetches one model after another, tells what is ready, and notes what is on its way', async () => {
  const fake = fakeLibrary();
  const { models, told } = open(fake);
  models.download([TINY, M2M]);
  expect(models.tasks.get(M2M.id)?.phase).toBe('queued');
  await vi.waitFor(() => expect([...fake.going.keys()]).toEqual([TINY.id]));
  await vi.waitFor(() => expect(settings.modelDownloads).toEqual(['whisper-tiny@q4', 'm2m100-418m@q8']));
  fake.going
    .get(TINY.id)
    ?.options.onProgress?.({ step: 'fetch', doneBytes: 25, totalBytes: 100, doneFiles: 0, totalFiles: 2 });
  expect(models.tasks.get(TINY.id)).toMatchObject({ phase: 'fetch', fraction: 0.25 });
  fake.going.get(TINY.id)?.end();
  await vi.waitFor(() => expect([...fake.going.keys()]).toEqual([M2M.id]));
  fake.going.get(M2M.id)?.end();
  await vi.waitFor(() => expect(models.tasks.size).toBe(0));
  expect(told).toEqual([
    { kind: 'ready', id: TINY.id },
    { kind: 'ready', id: M2M.id }
  ]);
  await vi.waitFor(() => expect(settings.modelDownloads).toEqual([]));
  expect(models.entries?.get(TINY.id)?.state).toBe('installed');
});

it('goes on after a reload with what was on its way, and not with what was paused', async () => {
  const fake = fakeLibrary();
  const before = open(fake).models;
  before.download([TINY]);
  await vi.waitFor(() => expect(fake.going.size).toBe(1));
  // The page is gone, and its worker with it.
  fake.going.clear();
  const { models, told } = open(fake);
  await models.open();
  await vi.waitFor(() => expect([...fake.going.keys()]).toEqual([TINY.id]));
  models.pause(TINY.id);
  await vi.waitFor(() => expect(models.tasks.size).toBe(0));
  expect(models.entries?.get(TINY.id)).toMatchObject({ state: 'unfinished', storedBytes: 40 });
  expect(models.failures.size).toBe(0);
  await vi.waitFor(() => expect(settings.modelDownloads).toEqual([]));
  const later = open(fake).models;
  await later.open();
  expect(later.tasks.size).toBe(0);
  later.resume(TINY.id);
  await vi.waitFor(() => expect(fake.going.size).toBe(1));
  await later.cancel(TINY.id);
  expect(later.entries?.size).toBe(0);
  expect(told).toEqual([]);
});

it('keeps and tells the code of a failure until the next try', async () => {
  const fake = fakeLibrary();
  const { models, told } = open(fake);
  models.download([TINY]);
  await vi.waitFor(() => expect(fake.going.size).toBe(1));
  fake.going.get(TINY.id)?.end(new TimbreError('storage/full', 'no room'));
  await vi.waitFor(() => expect(models.failures.get(TINY.id)).toBe('storage/full'));
  expect(told).toEqual([{ kind: 'failed', id: TINY.id, code: 'storage/full' }]);
  await vi.waitFor(() => expect(models.tasks.size).toBe(0));
  models.resume(TINY.id);
  expect(models.failures.size).toBe(0);
});

it('says that damage was healed, and that an update waits, which it does not take', async () => {
  const fake = fakeLibrary();
  const { models, told } = open(fake);
  await models.verify(TINY.id);
  await models.lookForUpdate(TINY.id);
  expect(told.map(({ kind }) => kind)).toEqual(['healed', 'update']);
  expect(models.updates.get(TINY.id)).toBe('b');
  expect(fake.going.size).toBe(0);
  await models.remove(TINY.id);
  expect(models.updates.size).toBe(0);
});

it('takes a queued model back without touching the one at work', async () => {
  const fake = fakeLibrary();
  const { models } = open(fake);
  models.download([TINY, M2M]);
  models.pause(M2M.id);
  expect([...models.tasks.keys()]).toEqual([TINY.id]);
  await vi.waitFor(() => expect(fake.going.size).toBe(1));
});

it('fetches Bergamot with the first model that needs it, and is not stopped where that fails', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  const fake = fakeLibrary();
  const fetchBergamot = vi.fn((): Promise<void> => Promise.reject(new Error('no network')));
  const { models, told } = open(fake, fetchBergamot);
  for (const id of [TINY.id, 'firefox-translations-en-fr']) {
    models.download([wanted(id)]);
    await vi.waitFor(() => expect(fake.going.size).toBe(1));
    expect(fetchBergamot).not.toHaveBeenCalled();
    fake.going.get(id)?.end();
    await vi.waitFor(() => expect(told).toContainEqual({ kind: 'ready', id }));
  }
  expect(fetchBergamot).toHaveBeenCalledOnce();
  vi.restoreAllMocks();
});

const FIREFOX = ['model.enfr.intgemm.alphas.bin', 'lex.50.50.enfr.s2t.bin', 'vocab.enfr.spm'].map((path) => ({
  path,
  file: new Blob()
}));

it('takes archives and the models of a folder from a disk, and one that fails does not stop the next', async () => {
  const fake = fakeLibrary();
  const asked = vi.spyOn(fake.library, 'importFrom');
  asked.mockRejectedValueOnce(new TimbreError('model/damaged', 'not what its manifest says'));
  const { models, told } = open(fake);
  const archive = new Blob();
  await models.importFrom(async () => [archive, FIREFOX]);
  expect(asked.mock.calls).toMatchObject([
    [archive, undefined, {}],
    [
      [{ path: 'picked/en-fr/model.enfr.intgemm.alphas.bin' }, {}, {}],
      { id: 'firefox-translations-en-fr' },
      {}
    ]
  ]);
  expect(told).toEqual([
    { kind: 'not-imported', id: '', code: 'model/damaged' },
    { kind: 'imported', id: 'm2m100-418m' }
  ]);
  // It says nothing of a model that is here.
  expect(models.failures.size).toBe(0);
});

/** Free is Firefox's; Piper's `siwis` and NLLB are not. */
const NLLB = new Blob();
const LIMITED = ['piper-fr_FR-siwis-medium', 'nllb-200-distilled-600m'];
const MIXED = [
  ...FIREFOX,
  ...['fr_FR-siwis-medium.onnx', 'fr_FR-siwis-medium.onnx.json'].map((path) => ({ path, file: new Blob() }))
];
/** What is found in an archive, a folder and an unpacked copy, one of them broken. */
async function askedAbout() {
  const fake = fakeLibrary();
  const stored: (string | undefined)[] = [];
  vi.spyOn(fake.library, 'modelIn').mockImplementation(async (source) => {
    if (source !== NLLB) throw new TimbreError('input/invalid', 'no archive');
    return { id: 'nllb-200-distilled-600m', repo: 'Xenova/nllb-200-distilled-600M' };
  });
  vi.spyOn(fake.library, 'importFrom').mockImplementation(async (source, target) => {
    stored.push(source === NLLB ? 'nllb-200-distilled-600m' : target?.id);
    return { id: target?.id ?? 'nllb-200-distilled-600m' } as Manifest;
  });
  const opened = open(fake);
  const ended = opened.models.importFrom(async () => [new Blob(), NLLB, MIXED]);
  await vi.waitFor(() => expect(opened.models.question).not.toBeNull());
  return { ...opened, stored, ended };
}

it('asks once about all licences that forbid commercial use, before anything is stored', async () => {
  const { models, told, stored, ended } = await askedAbout();
  expect(models.question?.models.map(({ id }) => id).sort()).toEqual([...LIMITED].sort());
  expect(models.question?.areOthers).toBe(true);
  expect(stored).toEqual([]);
  models.answer(true);
  await ended;
  expect(models.question).toBe(null);
  expect([...stored].sort()).toEqual(['firefox-translations-en-fr', ...LIMITED].sort());
  expect(told[0]).toEqual({ kind: 'not-imported', id: '', code: 'input/invalid' });
  expect(told.slice(1).map(({ kind }) => kind)).toEqual(['imported', 'imported', 'imported']);
});

it('stores nothing of what was declined, says so, and adds the others', async () => {
  const { models, told, stored, ended } = await askedAbout();
  models.answer(false);
  await ended;
  expect(stored).toEqual(['firefox-translations-en-fr']);
  const declined = told.find((each) => each.kind === 'declined');
  expect([...(declined?.ids ?? [])].sort()).toEqual([...LIMITED].sort());
  expect(models.importing).toBe(null);
});

it('a stop while it asks adds nothing; a licence for everybody is not asked about', async () => {
  const { models, told, stored, ended } = await askedAbout();
  models.cancelImport();
  await ended;
  expect(models.question).toBe(null);
  expect(stored).toEqual([]);
  expect(told.map(({ kind }) => kind)).toEqual(['not-imported']);
  await models.importFrom(async () => [FIREFOX]);
  expect(stored).toEqual(['firefox-translations-en-fr']);
});

it('says that no model is in what was picked', async () => {
  const fake = fakeLibrary();
  const asked = vi.spyOn(fake.library, 'importFrom');
  const { models, told } = open(fake);
  await models.importFrom(async () => [[{ path: 'holiday.jpg', file: new Blob() }]]);
  await models.importFrom(async () => [[{ path: 'm2m100_418M/config.json', file: new Blob() }]]);
  expect(told.map((each) => 'code' in each && each.code)).toEqual(['input/invalid', 'model/missing']);
  expect(asked).not.toHaveBeenCalled();
  expect(models.importing).toBe(null);
});

it('shows how far an import is, and stops it', async () => {
  const fake = fakeLibrary();
  let going: TaskOptions = {};
  const asked = vi.spyOn(fake.library, 'importFrom').mockImplementation((_source, _target, options = {}) => {
    going = options;
    return new Promise((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new TimbreError('job/cancelled', 'stopped')));
    });
  });
  const { models, told } = open(fake);
  const archive = new Blob();
  const ended = models.importFrom(async () => [FIREFOX, archive]);
  expect(models.importing).toEqual({ phase: null, id: null, fraction: 0 });
  await vi.waitFor(() => expect(asked).toHaveBeenCalledOnce());
  const id = 'firefox-translations-en-fr';
  const step = (step: 'check' | 'copy', doneBytes: number) =>
    going.onProgress?.({ step, doneBytes, totalBytes: 100, doneFiles: 0, totalFiles: 3 });
  step('check', 50);
  expect(models.importing).toEqual({ phase: 'check', id, fraction: 0.125 });
  step('copy', 50);
  expect(models.importing).toEqual({ phase: 'copy', id, fraction: 0.375 });
  fake.library.events.emit('waiting', { task: 'import', id });
  expect(models.importing).toMatchObject({ phase: 'held', id });
  // One at a time.
  await models.importFrom(async () => [archive]);
  models.cancelImport();
  await ended;
  expect(asked).toHaveBeenCalledOnce();
  expect(told).toEqual([]);
  expect(models.importing).toBe(null);
});
