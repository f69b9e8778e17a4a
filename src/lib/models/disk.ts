/** What a person picks or drops: archives, files, and folders with all that lies in them. */
import { cancelled } from '$lib/abort';
import { TimbreError } from '$workers/contract';
import type { PickedFile, PickedModel } from './types';

/** More is no folder of models but somebody's whole disk. */
const MOST_FILES = 50_000;

/** Phones and some tablets have no way to pick a folder. */
export function canPickFolders(): boolean {
  return 'webkitdirectory' in HTMLInputElement.prototype;
}

/** Each archive by itself, and everything else together. */
export function sorted(files: readonly PickedFile[]): PickedModel[] {
  const isArchive = ({ path }: PickedFile) => /\.zip$/i.test(path);
  const rest = files.filter((file) => !isArchive(file));
  return [...files.filter(isArchive).map(({ file }) => file), ...(rest.length > 0 ? [rest] : [])];
}

/** Of a file input, which tells paths only where a folder was picked. */
export function pickedIn(list: Iterable<File>): PickedFile[] {
  return [...list]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !isHidden(path));
}

/**
 * Of a drop, whose items must be asked before its event is over.
 * @returns what finds their files. It throws TimbreError 'input/invalid' (what was dropped can't be read, or is too much)
 * and 'job/cancelled'.
 */
export function droppedIn(
  items: Iterable<DataTransferItem>
): (signal?: AbortSignal) => Promise<PickedFile[]> {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    else if (file) loose.push(file);
  }
  return async (signal) => {
    const files: PickedFile[] = loose.map((file) => ({ path: file.name, file }));
    // A list of what is still to be opened, not a recursion: folders may lie very deep.
    for (let entry = entries.shift(); entry; entry = entries.shift()) {
      if (signal?.aborted) throw cancelled();
      const path = entry.fullPath.replace(/^\/+/, '');
      if (isHidden(path)) continue;
      if (isFolder(entry)) entries.push(...(await within(entry)));
      else if (isFile(entry)) files.push({ path, file: await open(entry) });
      if (files.length + entries.length > MOST_FILES)
        throw new TimbreError('input/invalid', `more than ${MOST_FILES} files were dropped`);
    }
    return files;
  };
}

/** `.git`, `.cache`: what programs keep for themselves, unless it is what the person picked. */
function isHidden(path: string): boolean {
  return path
    .split('/')
    .slice(1)
    .some((part) => part.startsWith('.'));
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function open(entry: FileSystemFileEntry): Promise<File> {
  return new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(unreadable);
}

/** A reader gives about a hundred at a time, and none when there are no more. */
async function within(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    ).catch(unreadable);
    if (some.length === 0) return all;
    all.push(...some);
    if (all.length > MOST_FILES) return all;
  }
}

function unreadable(cause: unknown): never {
  throw new TimbreError('input/invalid', 'what was dropped can’t be read', { cause });
}
