/** What the library fetches, keeps and tells. Sizes are bytes, times are milliseconds since 1970. */

/** One file, or several by a pattern, of a repository. The catalogue's `ModelFile` is one. */
export interface WantedFile {
  /** Below the repository. `*` stands for anything but `/`, `**` for anything, `?` for one character. */
  path: string;
  /** Where the engine looks for it below the model's folder, when that is not `path`; not for patterns. */
  saveAs?: string;
  /** Left out without an error where the repository lacks it. */
  optional?: boolean;
}

/** A model to have on the device. */
export interface WantedModel {
  /** Names it in the library; letters, digits, `.`, `_` and `-`. Several may share a repository, and its files. */
  id: string;
  /** `owner/name` on the hub. */
  repo: string;
  /** A branch, a tag or a commit. */
  revision: string;
  files: readonly WantedFile[];
  /** How its numbers are stored, for the page; the library only remembers it. */
  dtype?: string;
}

/** What a file's bytes are checked by: SHA-256 of the file, or git's SHA-1 of the blob for small files. */
export interface FileHash {
  kind: 'sha256' | 'git-sha1';
  hex: string;
}

/** A file of an installed model. */
export interface StoredFile {
  /** In its repository. */
  path: string;
  /** Where engines find it below `hub/<repo>/`. */
  saveAs: string;
  size: number;
  hash: FileHash;
  /** Under which commit's folder it lies: an update keeps what did not change where it is. */
  commit: string;
}

/** What a model that was asked for is: which files of which commit. */
export interface Resolved {
  id: string;
  repo: string;
  /** What was asked for; `commit` is what that was. */
  revision: string;
  commit: string;
  files: StoredFile[];
  wanted: WantedFile[];
  dtype: string | null;
}

/** Written last: a model is installed when its manifest is there, and not before. */
export interface Manifest extends Resolved {
  /** `hub`: fetched, hashes by the hub. `import`: from a folder or an archive that had a manifest. `unchecked`: from one that had none. */
  origin: 'hub' | 'import' | 'unchecked';
  installedAt: number;
}

/** An installation under way: what it resolved to, so that it goes on after a reload without asking again. */
export interface Plan extends Resolved {
  startedAt: number;
}

export interface LibraryProgress {
  /** `list`: asking the hub. `fetch`: bytes come. `check`: hashes are computed. `copy`: between the library and a file. */
  step: 'list' | 'fetch' | 'check' | 'copy';
  /** Safely stored (or checked, or copied). Goes back when a wrong file is thrown away. */
  doneBytes: number;
  totalBytes: number;
  doneFiles: number;
  totalFiles: number;
}
export type OnLibraryProgress = (progress: LibraryProgress) => void;

/** A model of the library, whole or not. */
export interface LibraryEntry {
  id: string;
  repo: string;
  revision: string;
  commit: string;
  dtype: string | null;
  /** `unfinished`: begun and not ended; `install` goes on with it. */
  state: 'installed' | 'unfinished';
  totalBytes: number;
  storedBytes: number;
  /** Null: not yet. */
  installedAt: number | null;
  origin: Manifest['origin'];
}

export interface Usage {
  /** All that the library keeps, unfinished files too. */
  libraryBytes: number;
  /** What the whole app uses and may use; null: the browser doesn't say. */
  usedBytes: number | null;
  quotaBytes: number | null;
}

export interface VerifyReport {
  checkedFiles: number;
  /** Files that were wrong or gone, and are now deleted. Not empty: the model is unfinished until `install` fetched them again. */
  damaged: string[];
  /** What `install` takes to have it whole again; null: it came from a disk and must be imported again. */
  cure: WantedModel | null;
}

export interface UpdateReport {
  installed: string;
  latest: string;
  differs: boolean;
}
