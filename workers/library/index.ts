/**
 * The model library: full-size models, fetched from a hub by commit, checked, and kept on the device.
 *
 * `models/<owner>/<name>/<commit>/<path>`   the files; `….partial` beside one that isn't whole and checked
 * `plans/<owner>/<name>/<id>.json`          an installation under way
 * `manifests/<owner>/<name>/<id>.json`      an installed model, written last
 *
 * Everything runs in workers. The page's side is `src/lib/models`, which starts `library.worker.ts` by its URL;
 * the stages' workers read with `readStored`. Only types beside it, so that nobody loads the rest by this door.
 */
export { readStored } from './read';
export type { ImportSource } from './exchange';
export type { LibraryApi, LibraryConfig } from './api';
export type {
  FileHash,
  LibraryEntry,
  LibraryProgress,
  Manifest,
  OnLibraryProgress,
  StoredFile,
  UpdateReport,
  Usage,
  VerifyReport,
  WantedFile,
  WantedModel
} from './types';
