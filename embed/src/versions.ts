import type { VersionRange } from './protocol';

/** The newest version that both speak; null: there is none. */
export function newestCommon(ours: VersionRange, theirs: VersionRange): number | null {
  const common = Math.min(ours.newest, theirs.newest);
  return common >= Math.max(ours.oldest, theirs.oldest) ? common : null;
}
