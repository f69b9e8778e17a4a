/** Which models lie in a folder of a person's disk, and which of its files each of them wants. */
import { modelById, MODELS, type Model, type ModelFile, type Variant } from '../../../models/catalog';
import { TimbreError } from '$workers/contract';
import type { WantedModel } from '$workers/library';
import type { PickedFile } from './types';
import { wantedModel } from './wanted';

/** Files of a person's disk, as the library imports them. */
export interface Recognised {
  /** Undefined where a manifest says it. */
  target: WantedModel | undefined;
  source: PickedFile[];
}

/** The library takes the folder that everything lies in away. */
const TOP = 'picked';
/** Of a saved copy that was unpacked (workers/library/exchange.ts). */
const MANIFEST = 'timbre-model.json';
const CONFIG = 'config.json';
/** Settings are a few kilobytes; what is longer is something else under their name. */
const LONGEST_CONFIG_BYTES = 1e6;

const CANDIDATES = MODELS.filter(({ source, runsHere }) => source.kind === 'hub' && runsHere !== null);

/**
 * The models among picked files, each once, known by the first of these that holds:
 * - a manifest: a saved copy, unpacked. Its hashes are checked;
 * - a folder called like the repository (`whisper-tiny_timestamped`, also `owner/name` and the hub cache's
 *   `models--owner--name/snapshots/…`), with the files below it as on the hub;
 * - a `config.json` that says from which repository it is (`_name_or_path`);
 * - names that only that model's files have, such as Firefox's, whatever folder they lie in.
 *
 * Nothing is read but those settings.
 * @throws TimbreError 'model/missing' (a repository's folder, and no model of it is whole), 'input/invalid' (no model).
 */
export async function recognise(files: readonly PickedFile[]): Promise<Recognised[]> {
  const copies = savedCopies(files);
  const inCopies = new Set(copies.flatMap(({ source }) => source.map(({ file }) => file)));
  const others = files.filter(({ file }) => !inCopies.has(file));
  const byPath = new Map(others.map(({ path, file }) => [path, file]));

  const found = new Map<string, Recognised>();
  let halfThere: string | undefined;
  for (const { folder, models } of [...repositories(byPath), ...(await configured(byPath))])
    for (const model of models) {
      const known = found.get(model.id) ?? wholeBelow(folder, model, byPath);
      if (known) found.set(model.id, known);
      else halfThere ??= model.id;
    }
  const byName = new Map(others.map(({ path, file }) => [nameIn(path), file]));
  for (const model of CANDIDATES) {
    const known = found.get(model.id) ?? byItsNames(model, byName);
    if (known) found.set(model.id, known);
  }

  const all = [...copies, ...found.values()];
  if (all.length > 0) return all;
  if (halfThere !== undefined)
    throw new TimbreError('model/missing', `what was picked has not all files of ${halfThere}`);
  throw new TimbreError('input/invalid', 'what was picked is no model that the catalogue knows');
}

/** Whether a model needs Bergamot's program, which the app has only where one does. */
export function needsBergamot(id: string): boolean {
  return modelById(id)?.runsHere === 'bergamot';
}

/** Each manifest with what lies below its folder, except what lies below another one's. */
function savedCopies(files: readonly PickedFile[]): Recognised[] {
  const folders = files.flatMap(({ path }) => (nameIn(path) === MANIFEST ? [folderOf(path)] : []));
  const owner = (path: string) =>
    folders.filter((folder) => path.startsWith(folder)).sort((a, b) => b.length - a.length)[0];
  return folders.map((folder) => ({
    target: undefined,
    source: files.flatMap(({ path, file }) =>
      owner(path) === folder ? [{ path: `${TOP}/${path.slice(folder.length)}`, file }] : []
    )
  }));
}

interface Repository {
  /** Ends in `/`, or is empty. */
  folder: string;
  models: readonly Model[];
}

/** Folders that are called like a repository of the catalogue, the outermost first. */
function repositories(files: ReadonlyMap<string, Blob>): Repository[] {
  const folders = new Set<string>();
  for (const path of files.keys())
    for (
      let folder = folderOf(path);
      folder !== '' && !folders.has(folder);
      folder = folderOf(folder.slice(0, -1))
    )
      folders.add(folder);
  return [...folders]
    .sort((a, b) => a.length - b.length)
    .flatMap((folder) => {
      const models = CANDIDATES.filter((model) => isCalled(folder, repoOf(model)));
      return models.length > 0 ? [{ folder, models }] : [];
    });
}

function isCalled(folder: string, repo: string): boolean {
  const parts = folder.toLowerCase().split('/').slice(0, -1);
  const [owner = '', name = ''] = repo.toLowerCase().split('/');
  if (parts.at(-2) === 'snapshots') return parts.at(-3) === `models--${owner}--${name}`;
  return parts.at(-1) === name;
}

/** Folders whose settings name a repository of the catalogue, or what it was made from under the same name. */
async function configured(files: ReadonlyMap<string, Blob>): Promise<Repository[]> {
  const settings = [...files].filter(
    ([path, file]) => nameIn(path) === CONFIG && file.size <= LONGEST_CONFIG_BYTES
  );
  const found: Repository[] = [];
  for (const [path, file] of settings) {
    const origin = nameIn(originIn(await read(file))).toLowerCase();
    const models = CANDIDATES.filter((model) => nameIn(repoOf(model)).toLowerCase() === origin);
    if (models.length > 0) found.push({ folder: folderOf(path), models });
  }
  return found;
}

/** @throws TimbreError 'input/invalid': it was moved or is locked since it was picked. */
async function read(file: Blob): Promise<string> {
  try {
    return await file.text();
  } catch (cause) {
    throw new TimbreError('input/invalid', 'a picked file can’t be read', { cause });
  }
}

/** Empty where the settings don't say it, or are none. */
function originIn(text: string): string {
  try {
    const { _name_or_path: origin } = JSON.parse(text) as { _name_or_path?: unknown };
    return typeof origin === 'string' ? origin : '';
  } catch {
    return ''; // another program's file under this name
  }
}

/** The first variant whose files are all below the folder, as in the repository. */
function wholeBelow(folder: string, model: Model, files: ReadonlyMap<string, Blob>): Recognised | undefined {
  return firstWhole(model, ({ path }) => files.get(folder + path));
}

/** The first variant whose files all have names that no other model's have. */
function byItsNames(model: Model, byName: ReadonlyMap<string, Blob>): Recognised | undefined {
  return firstWhole(model, ({ path }) => (isTelling(nameIn(path)) ? byName.get(nameIn(path)) : undefined));
}

function firstWhole(model: Model, find: (file: ModelFile) => Blob | undefined): Recognised | undefined {
  for (const variant of model.variants) {
    const target = wantedModel(model, variant);
    const source = target && sourceOf(variant, find);
    if (source) return { target, source };
  }
  return undefined;
}

function sourceOf({ files }: Variant, find: (file: ModelFile) => Blob | undefined): PickedFile[] | undefined {
  const source: PickedFile[] = [];
  for (const wanted of files) {
    const file = find(wanted);
    if (file) source.push({ path: `${TOP}/${wanted.path}`, file });
    else if (!wanted.optional) return undefined;
  }
  return source;
}

let tellingNames: ReadonlyMap<string, string | null> | undefined;

function isTelling(name: string): boolean {
  tellingNames ??= ownersOfNames();
  return typeof tellingNames.get(name) === 'string';
}

/** Of each file's name the one model that has it; null: several. */
function ownersOfNames(): Map<string, string | null> {
  const owners = new Map<string, string | null>();
  for (const { id, variants } of MODELS)
    for (const { path } of variants.flatMap(({ files }) => files)) {
      const name = nameIn(path);
      const before = owners.get(name);
      owners.set(name, before === undefined || before === id ? id : null);
    }
  return owners;
}

function repoOf({ source }: Model): string {
  return source.kind === 'hub' ? source.repo : '';
}

function nameIn(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** Ends in `/`; empty for what lies at the top. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
