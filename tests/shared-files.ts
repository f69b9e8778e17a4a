/** Recordings in `../shared`, which a checkout may lack. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from './harness';

/** Every file below a folder, or the file itself, by name. */
export function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

export function skipLoudlyWithout(path: string): void {
  const isThere = existsSync(path);
  if (!isThere) console.warn(`SKIPPED: ${path} is absent.`);
  test.skip(!isThere, `${path} is absent`);
}
