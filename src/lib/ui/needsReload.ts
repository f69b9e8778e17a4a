import type { ErrorCode } from '$workers/contract';

/** The page itself has to be loaded anew; trying again from here would change nothing. */
export function needsReload(code: ErrorCode): boolean {
  return code === 'storage/outdated' || code === 'storage/unavailable';
}
