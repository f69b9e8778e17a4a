import { TimbreError } from '$workers/contract';

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

/** What browsers call a database that can't be opened or was taken away. */
const BLOCKED_NAMES = new Set([
  'BlockedError',
  'OpenFailedError',
  'MissingAPIError',
  'SecurityError',
  'InvalidStateError',
  'VersionError',
  'UpgradeError',
  'DatabaseClosedError'
]);

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

export function isBlockedError(error: unknown): boolean {
  for (const part of unwrapped(error)) {
    const { name, code } = textOf(part);
    if (code === 'storage/blocked' || BLOCKED_NAMES.has(name)) return true;
  }
  return false;
}

/** Any error of the database as `storage/full`, `storage/blocked` or `storage/failed`. Other coded errors pass. */
export function asStorageError(error: unknown): TimbreError {
  if (error instanceof TimbreError) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (isQuotaError(error)) return new TimbreError('storage/full', message, { cause: error });
  if (isBlockedError(error)) return new TimbreError('storage/blocked', message, { cause: error });
  return new TimbreError('storage/failed', message, { cause: error });
}
