import { TimbreError, type ErrorCode } from '$workers/contract';
import type { StoredError } from './records';

/** What browsers call a full disk or a spent quota. Firefox has two NS_ERROR names of its own. */
const QUOTA_NAMES = new Set([
  'QuotaExceededError',
  'QUOTA_EXCEEDED_ERR',
  'QuotaExceeded',
  'NS_ERROR_DOM_QUOTA_REACHED',
  'NS_ERROR_DOM_INDEXEDDB_QUOTA_ERR',
  'NS_ERROR_FILE_NO_DEVICE_SPACE'
]);

/** DOMException.QUOTA_EXCEEDED_ERR, and Firefox's number for the same. */
const QUOTA_CODES = new Set([22, 1014]);

/** Some engines only say it in words, under names such as UnknownError (a LevelDB write that failed) or AbortError. */
const QUOTA_WORDS =
  /quota|disk (is )?full|no space left|not enough (disk |storage )?space|FILE_ERROR_NO_SPACE|storage (is )?full/i;

/** The database is newer than this page's code, or was given up for a tab that runs newer code. */
const OUTDATED_NAMES = new Set(['VersionError', 'DatabaseClosedError']);

/** There is no database for this page: switched off, a private window, a frame that may store nothing. */
const UNAVAILABLE_NAMES = new Set(['MissingAPIError', 'SecurityError', 'InvalidStateError']);

/** The same in words, under the name UnknownError: Chromium, for a frame in another site whose storage is blocked. */
const DENIED_WORDS = /denied permission/i;

/** Of an InvalidStateError: the database was there, and is being closed under the page. */
const CLOSING_WORDS = /connection is clos/i;

/** The error and everything that it wraps: `inner` (Dexie), `cause`, and the parts of a bulk error. */
function* unwrapped(error: unknown, depth = 0): Generator<object> {
  if (typeof error !== 'object' || error === null || depth > 6) return;
  yield error;
  const { inner, cause, failures } = error as { inner?: unknown; cause?: unknown; failures?: unknown };
  yield* unwrapped(inner, depth + 1);
  yield* unwrapped(cause, depth + 1);
  if (Array.isArray(failures)) for (const failure of failures) yield* unwrapped(failure, depth + 1);
}

function textOf(error: object): { name: string; code: unknown; message: string } {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  return {
    name: typeof name === 'string' ? name : '',
    code,
    message: typeof message === 'string' ? message : ''
  };
}

/** Whether the disk or the origin's quota is full, under any browser's name for it. */
export function isQuotaError(error: unknown): boolean {
  for (const part of unwrapped(error)) {
    const { name, code, message } = textOf(part);
    if (code === 'storage/full' || QUOTA_NAMES.has(name)) return true;
    // A number alone is only meaningful on a DOMException.
    if (typeof code === 'number' && QUOTA_CODES.has(code) && name !== 'TimbreError') return true;
    if (
      ['UnknownError', 'AbortError', 'TransactionInactiveError', 'DataError'].includes(name) &&
      QUOTA_WORDS.test(message)
    )
      return true;
  }
  return false;
}

/**
 * Any error of the database as `storage/full`, `storage/outdated`, `storage/unavailable` or `storage/failed`.
 * Other coded errors pass (`storage/blocked` is one: no error of the browser says it).
 */
export function asStorageError(error: unknown): TimbreError {
  if (error instanceof TimbreError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TimbreError(codeOf(error), message, { cause: error });
}

function codeOf(error: unknown): ErrorCode {
  if (isQuotaError(error)) return 'storage/full';
  const parts = [...unwrapped(error)].map(textOf);
  // What wraps an error may have a vaguer name than what it wraps: the reason counts wherever it stands.
  const isOutdated = parts.some(
    ({ name, message }) =>
      OUTDATED_NAMES.has(name) || (name === 'InvalidStateError' && CLOSING_WORDS.test(message))
  );
  if (isOutdated) return 'storage/outdated';
  const isUnavailable = parts.some(
    ({ name, message }) =>
      UNAVAILABLE_NAMES.has(name) || (name === 'UnknownError' && DENIED_WORDS.test(message))
  );
  return isUnavailable ? 'storage/unavailable' : 'storage/failed';
}

/** Whatever was thrown, with a code: one without is `unknown`. */
export function coded(error: unknown): TimbreError {
  if (error instanceof TimbreError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TimbreError('unknown', message, { cause: error });
}

/** An error as it is kept with what it stopped. */
export function storedError(error: unknown): StoredError {
  const { code, message } = coded(error);
  return { code, message };
}
