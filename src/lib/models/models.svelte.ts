/** The library as the page shows it: what is here, what is on its way, and what went wrong. */
import { SvelteMap } from 'svelte/reactivity';
import { cancelled } from '$lib/abort';
import type { Storage } from '$lib/storage';
import type { ErrorCode } from '$workers/contract';
import { asTimbreError } from '$workers/wire';
import type { LibraryEntry, LibraryProgress, Usage, WantedModel } from '$workers/library';
import { modelById, type Model } from '../../../models/catalog';
import { tellInstalledChanged } from './installed';
import { createModelLibrary, PUBLIC_HUB } from './library';
import { hasLibrary } from './present';
import { needsBergamot, recognise, type Recognised } from './recognise';
import { Speed } from './speed';
import type { ModelLibrary, PickedModel } from './types';
import { byId, storedVariant, wantedModel } from './wanted';

/** What is being done with a model. */
export interface ModelTask {
  kind: 'install' | 'update' | 'verify' | 'remove';
  /** `queued`: after others of this page; `held`: another tab works on it. */
  phase: 'queued' | 'held' | LibraryProgress['step'];
  /** 0…1; null while nothing is known. */
  fraction: number | null;
  doneBytes: number;
  totalBytes: number;
  /** Null: not known yet. */
  bytesPerSecond: number | null;
}

/** What a person is told wherever they are. */
export type Told =
  | { kind: 'ready' | 'checked' | 'removed' | 'healed' | 'no-update' | 'update'; id: string }
  | { kind: 'failed'; id: string; code: ErrorCode }
  | { kind: 'imported'; id: string }
  /** Their licences were not accepted, and nothing of them is stored. */
  | { kind: 'declined'; ids: readonly string[] }
  /** Its id is empty where nothing says which model it is. */
  | { kind: 'not-imported'; id: string; code: ErrorCode };

export interface ModelsOptions {
  storage: Pick<Storage, 'settings'>;
  tell: (told: Told) => void;
  /** Default: the browser's, over the hub of the settings. */
  library?: ModelLibrary;
  now?: () => number;
  /** Whether the library has ever kept anything. */
  present?: () => Promise<boolean>;
  /** Has Bergamot's program on the device, for when there is no network; asked when a model that needs it is here. */
  fetchBergamot?: () => Promise<void>;
}

/** What is being taken from the person's disk. */
export interface Import {
  /** `held`: another task works on the same repository. Null: still looking at what there is. */
  phase: 'held' | LibraryProgress['step'] | null;
  /** Of the model that is copied now; null: nothing yet says it. */
  id: string | null;
  /** 0…1, of all models that were found. */
  fraction: number;
}

/** What a person answers before anything of these models is stored. */
export interface LicenceQuestion {
  /** Found on their disk, under licences that forbid commercial use. */
  models: readonly Model[];
  /** Whether others were found beside them, which are taken whatever the answer is. */
  areOthers: boolean;
}

/** One model of the person's disk. */
interface Part extends Pick<Recognised, 'target'> {
  source: PickedModel;
  /** Null: nothing says which model it is. */
  id: string | null;
}

interface Queued {
  wanted: WantedModel;
  update: boolean;
}

/** One for the page's life, so that a download goes on while the person is elsewhere in the app. */
export class Models {
  /** By the catalogue's id; null before they are known. */
  entries = $state.raw<ReadonlyMap<string, LibraryEntry> | null>(null);
  usage = $state.raw<Usage | null>(null);
  /** The library itself can't be read. */
  problem = $state<ErrorCode | null>(null);
  readonly tasks = new SvelteMap<string, ModelTask>();
  /** Of the last try, until the next one. */
  readonly failures = new SvelteMap<string, ErrorCode>();
  /** Null while nothing is. */
  importing = $state.raw<Import | null>(null);
  /** Of the import under way, which waits for `answer`. */
  question = $state.raw<LicenceQuestion | null>(null);
  /** Ids for which the hub has something newer. */
  readonly updates = new SvelteMap<string, string>();

  private readonly library: ModelLibrary;
  private readonly queue: Queued[] = [];
  /** What a reload goes on with, by id: what it is noted as. */
  private readonly noted: Record<string, string> = {};
  private working = false;
  private stopImport: AbortController | undefined;
  private answered: ((accepted: boolean) => void) | undefined;
  /** One change of the setting after another. */
  private noting: Promise<void> = Promise.resolve();

  constructor(private readonly options: ModelsOptions) {
    this.library =
      options.library ??
      createModelLibrary({
        baseUrl: async () => (await options.storage.settings.get()).modelHub || PUBLIC_HUB
      });
    this.library.events.on('waiting', ({ task, id }) => {
      if (task !== 'import') this.change(id, { phase: 'held' });
      else if (this.importing) this.importing = { ...this.importing, phase: 'held' };
    });
  }

  /** Reads what is here, and goes on with what a closed page had begun. */
  async open(): Promise<void> {
    await this.refresh();
    const { modelDownloads } = await this.options.storage.settings.get();
    for (const mark of modelDownloads) {
      const [id = '', dtype = null] = mark.split('@');
      this.resume(id, dtype);
    }
  }

  async refresh(): Promise<void> {
    try {
      if (await (this.options.present ?? hasLibrary)()) {
        const [entries, usage] = [await this.library.list(), await this.library.usage()];
        this.entries = byId(entries);
        this.usage = usage;
      } else this.entries = byId([]);
      this.problem = null;
    } catch (error) {
      this.problem = asTimbreError(error).code;
      this.entries ??= byId([]);
    }
  }

  /** Puts models on their way, one after another. */
  download(wanted: readonly WantedModel[], { update = false } = {}): void {
    for (const each of wanted) {
      if (this.tasks.has(each.id)) continue;
      this.failures.delete(each.id);
      this.noted[each.id] = each.dtype ? `${each.id}@${each.dtype}` : each.id;
      this.tasks.set(each.id, task(update ? 'update' : 'install', 'queued'));
      this.queue.push({ wanted: each, update });
    }
    for (const { id } of wanted) void this.remember(id);
    void this.work();
  }

  /** Goes on with what was begun. @param dtype of what was only asked for. */
  resume(id: string, dtype: string | null = null): void {
    const entry = this.entries?.get(id);
    if (entry?.state === 'installed') return void this.remember(id);
    const wanted = this.wantedOf(id, entry?.dtype ?? dtype);
    if (wanted) this.download([wanted]);
  }

  /** What came is kept. */
  pause(id: string): void {
    const wanted = this.unqueue(id);
    if (!wanted) this.library.pause(this.keyOf(id));
  }

  /** What came is thrown away. */
  async cancel(id: string): Promise<void> {
    this.unqueue(id);
    this.failures.delete(id);
    await this.attempt(id, () => this.library.cancel(this.keyOf(id)));
    await this.settled(id);
  }

  async remove(id: string): Promise<void> {
    await this.attempt(id, async () => {
      this.begin(id, 'remove', 'copy');
      await this.library.remove(this.keyOf(id));
      this.updates.delete(id);
      this.options.tell({ kind: 'removed', id });
    });
    await this.settled(id);
  }

  /** Checks every byte, and fetches anew what is wrong. */
  async verify(id: string): Promise<void> {
    await this.attempt(id, async () => {
      this.begin(id, 'verify', 'check');
      const onProgress = this.follow(id);
      const { damaged, cure } = await this.library.verify(this.keyOf(id), { onProgress });
      if (damaged.length > 0 && !cure) this.fail(id, 'model/damaged');
      else this.options.tell({ kind: damaged.length > 0 ? 'healed' : 'checked', id });
    });
    await this.settled(id);
  }

  /** Asks the hub whether there is something newer, and takes nothing. */
  async lookForUpdate(id: string): Promise<void> {
    await this.attempt(id, async () => {
      const { differs, latest } = await this.library.checkUpdate(this.keyOf(id));
      if (differs) this.updates.set(id, latest);
      else this.updates.delete(id);
      this.options.tell({ kind: differs ? 'update' : 'no-update', id });
    });
  }

  takeUpdate(id: string): void {
    const wanted = this.wantedOf(id, this.entries?.get(id)?.dtype ?? null);
    if (!wanted) return;
    this.updates.delete(id);
    this.download([wanted], { update: true });
  }

  /**
   * Models of the person's disk: archives, and folders in which `recognise` finds some. One that fails does not stop the
   * next; one whose licence forbids commercial use is taken only when `question` was answered so.
   * @param find what there is, from the disk.
   */
  async importFrom(find: (signal: AbortSignal) => Promise<readonly PickedModel[]>): Promise<void> {
    if (this.stopImport) return;
    const { signal } = (this.stopImport = new AbortController());
    this.importing = { phase: null, id: null, fraction: 0 };
    await this.taking('', async () => {
      const parts = await this.accepted(await this.partsOf(await find(signal), signal), signal);
      for (const [i, part] of parts.entries()) {
        if (signal.aborted) return;
        await this.taking(part.id ?? '', () => this.take(part, i, parts.length, signal));
      }
    });
    this.stopImport = undefined;
    await this.settled('');
    this.importing = null;
  }

  /** What is not whole yet is thrown away; models that are stay. */
  cancelImport(): void {
    this.stopImport?.abort();
  }

  /** The person's answer to `question`. */
  answer(accepted: boolean): void {
    this.answered?.(accepted);
  }

  private async partsOf(picked: readonly PickedModel[], signal: AbortSignal): Promise<Part[]> {
    const found: Omit<Part, 'id'>[] = [];
    for (const source of picked)
      await this.taking('', async () => {
        found.push(...(source instanceof Blob ? [{ source, target: undefined }] : await recognise(source)));
      });
    const parts: Part[] = [];
    for (const { source, target } of found)
      await this.taking('', async () => {
        const id = target?.id ?? (await this.library.modelIn(source, { signal }))?.id ?? null;
        parts.push({ source, target, id });
      });
    return parts;
  }

  /** Without those whose licence was asked about and not accepted. @throws TimbreError 'job/cancelled'. */
  private async accepted(parts: readonly Part[], signal: AbortSignal): Promise<readonly Part[]> {
    const limited = limitedAmong(parts);
    if (limited.length === 0 || (await this.ask(limited, parts, signal))) return parts;
    const ids = limited.map(({ id }) => id);
    this.options.tell({ kind: 'declined', ids });
    return parts.filter(({ id }) => id === null || !ids.includes(id));
  }

  private async ask(models: readonly Model[], parts: readonly Part[], signal: AbortSignal): Promise<boolean> {
    const isOther = ({ id }: Part) => !models.some((model) => model.id === id);
    this.question = { models, areOthers: parts.some(isOther) };
    try {
      return await new Promise<boolean>((resolve, reject) => {
        this.answered = resolve;
        const stop = () => reject(cancelled());
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
      });
    } finally {
      this.question = null;
      this.answered = undefined;
    }
  }

  private async take(
    { source, target, id: known }: Part,
    at: number,
    count: number,
    signal: AbortSignal
  ): Promise<void> {
    const show = (phase: Import['phase'], share: number) =>
      (this.importing = { phase, id: known, fraction: (at + share) / count });
    show(null, 0);
    const { id } = await this.library.importFrom(source, target, {
      signal,
      onProgress({ step, doneBytes, totalBytes }) {
        const done = doneBytes / Math.max(1, totalBytes);
        // Without a manifest its bytes are read twice: for their hashes, and for the copy.
        show(step, target ? (step === 'check' ? done / 2 : (1 + done) / 2) : done);
      }
    });
    await this.fetchProgram(id);
    this.options.tell({ kind: 'imported', id });
  }

  /** A failure is told, and is none of a model that is here; a stop by the person is none. */
  private async taking(id: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const { code } = asTimbreError(error);
      if (code !== 'job/cancelled') this.options.tell({ kind: 'not-imported', id, code });
    }
  }

  exportTo(id: string, to: WritableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    return this.attempt(id, () => this.library.exportTo(this.keyOf(id), to));
  }

  /** The queue, one model at a time: several at once only share the same line. */
  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) await this.install(next);
    this.working = false;
  }

  private async install({ wanted, update }: Queued): Promise<void> {
    const { id } = wanted;
    await this.attempt(id, async () => {
      this.change(id, { phase: 'list' });
      await this.library.install(wanted, { update, onProgress: this.follow(id) });
      await this.fetchProgram(id);
      this.options.tell({ kind: 'ready', id });
    });
    await this.settled(id);
  }

  /** A model is not less here because its program could not be fetched yet: it is when it first runs. */
  private async fetchProgram(id: string): Promise<void> {
    if (!needsBergamot(id)) return;
    try {
      await this.options.fetchBergamot?.();
    } catch (error) {
      console.warn('Bergamot could not be fetched yet.', error);
    }
  }

  /** Runs it; a failure is kept for the model and told, a stop by the person is none. */
  private async attempt(id: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const { code } = asTimbreError(error);
      if (code !== 'job/cancelled') this.fail(id, code);
    }
  }

  private fail(id: string, code: ErrorCode): void {
    this.failures.set(id, code);
    this.options.tell({ kind: 'failed', id, code });
  }

  private begin(id: string, kind: ModelTask['kind'], phase: ModelTask['phase']): void {
    this.failures.delete(id);
    this.tasks.set(id, task(kind, phase));
  }

  private change(id: string, part: Partial<ModelTask>): void {
    const before = this.tasks.get(id);
    if (before) this.tasks.set(id, { ...before, ...part });
  }

  private follow(id: string): (progress: LibraryProgress) => void {
    const speed = new Speed();
    const now = this.options.now ?? (() => performance.now());
    return ({ step, doneBytes, totalBytes }) =>
      this.change(id, {
        phase: step,
        fraction: totalBytes > 0 ? doneBytes / totalBytes : null,
        doneBytes,
        totalBytes,
        bytesPerSecond: step === 'fetch' ? speed.add(now(), doneBytes) : null
      });
  }

  /** Nothing is done with it any more: what is here is read anew and noted, before the task goes from sight. */
  private async settled(id: string): Promise<void> {
    delete this.noted[id];
    await this.refresh();
    await this.remember(id);
    this.tasks.delete(id);
    tellInstalledChanged();
  }

  private unqueue(id: string): boolean {
    const at = this.queue.findIndex(({ wanted }) => wanted.id === id);
    if (at < 0) return false;
    this.queue.splice(at, 1);
    delete this.noted[id];
    this.tasks.delete(id);
    void this.remember(id);
    return true;
  }

  /**
   * Notes whether a model is on its way, for a reload in the middle; others may be on theirs in another tab. A
   * setting that can't be stored costs only that.
   */
  private remember(id: string): Promise<void> {
    const { settings } = this.options.storage;
    this.noting = this.noting
      .then(async () => {
        const { modelDownloads } = await settings.get();
        const others = modelDownloads.filter((mark) => mark.split('@')[0] !== id);
        const mark = this.noted[id];
        await settings.set({ modelDownloads: mark ? [...others, mark] : others });
      })
      .catch((error: unknown) => console.warn('What is being downloaded could not be noted.', error));
    return this.noting;
  }

  private keyOf(id: string): { id: string; repo: string } {
    const source = modelById(id)?.source;
    const repo = this.entries?.get(id)?.repo ?? (source?.kind === 'hub' ? source.repo : '');
    return { id, repo };
  }

  private wantedOf(id: string, dtype: string | null): WantedModel | undefined {
    const model = modelById(id);
    const variant = model && storedVariant(model, dtype);
    return model && variant && wantedModel(model, variant);
  }
}

function task(kind: ModelTask['kind'], phase: ModelTask['phase']): ModelTask {
  return { kind, phase, fraction: null, doneBytes: 0, totalBytes: 0, bytesPerSecond: null };
}

/** Each model once whose licence forbids commercial use. */
function limitedAmong(parts: readonly Part[]): Model[] {
  const models = parts.flatMap(({ id }) => (id === null ? [] : (modelById(id) ?? [])));
  return [...new Set(models)].filter(({ licence }) => !licence.commercialUse);
}

let opened: Models | undefined;

/** The page's one; the first caller says where it tells. */
export function openModels(options: ModelsOptions): Models {
  if (opened) {
    // Another tab may have changed what is here.
    void opened.refresh();
    return opened;
  }
  opened = new Models(options);
  void opened.open();
  return opened;
}
