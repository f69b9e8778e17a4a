/** Names in the store, and what names from outside may look like. */
import * as v from 'valibot';
import { TimbreError } from '../contract';
import type { StoredFile, WantedFile } from './types';

const PART = /^[\w][\w.-]{0,95}$/;

/** `owner/name`. */
export const repoName = v.pipe(
  v.string(),
  v.check((text) => {
    const parts = text.split('/');
    return parts.length === 2 && parts.every((part) => PART.test(part));
  }, 'not a repository name')
);
/** A model's name in the library. */
export const modelId = v.pipe(v.string(), v.regex(PART));
export const commitName = v.pipe(v.string(), v.regex(/^[\w][\w-]{6,63}$/));
/** Relative, without `..` or anything else that could leave the model's folder. */
export const filePath = v.pipe(
  v.string(),
  v.maxLength(400),
  v.check(isSafePath, 'not a path below a folder')
);

export function isSafePath(path: string): boolean {
  if (/[\\\p{Cc}:?#]/u.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** @throws TimbreError 'input/invalid'. */
export function expectNames(model: { id: string; repo: string }): void {
  if (!v.is(modelId, model.id)) throw new TimbreError('input/invalid', `no model id: ${model.id}`);
  if (!v.is(repoName, model.repo)) throw new TimbreError('input/invalid', `no repository: ${model.repo}`);
}

export const MODELS = 'models/';
export const MANIFESTS = 'manifests/';
export const PLANS = 'plans/';

export const manifestName = (repo: string, id: string) => `${MANIFESTS}${repo}/${id}.json`;
export const planName = (repo: string, id: string) => `${PLANS}${repo}/${id}.json`;

/** Where a file's bytes lie. */
export function storedName(repo: string, file: Pick<StoredFile, 'commit' | 'path'>): string {
  return `${MODELS}${repo}/${file.commit}/${file.path}`;
}

/** Beside a file that isn't whole yet. */
export const partialName = (name: string) => `${name}.partial`;

/** Whether a wanted file's pattern means a path. */
export function matches(wanted: WantedFile, path: string): boolean {
  if (!isPattern(wanted.path)) return wanted.path === path;
  const source = wanted.path.replace(/\*\*|[*?]|[.+^${}()|[\]\\]/g, (mark) => {
    if (mark === '**') return '.*';
    if (mark === '*') return '[^/]*';
    return mark === '?' ? '[^/]' : `\\${mark}`;
  });
  return new RegExp(`^${source}$`).test(path);
}

export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** A file of a listing that is wanted. */
export interface Chosen<F> {
  file: F;
  saveAs: string;
}

/**
 * The files of a listing that are wanted, each once.
 * @throws TimbreError 'model/missing' when one that is not optional isn't there.
 */
export function choose<F extends { path: string }>(
  wanted: readonly WantedFile[],
  listing: readonly F[],
  where: string
): Chosen<F>[] {
  const chosen = new Map<string, Chosen<F>>();
  for (const want of wanted) {
    const found = listing.filter(({ path }) => matches(want, path));
    if (found.length === 0 && !want.optional)
      throw new TimbreError('model/missing', `${where} has no ${want.path}`);
    for (const file of found) {
      const saveAs = (isPattern(want.path) ? undefined : want.saveAs) ?? file.path;
      if (!chosen.has(file.path)) chosen.set(file.path, { file, saveAs });
    }
  }
  if (chosen.size === 0) throw new TimbreError('model/missing', `${where} has none of the wanted files`);
  return [...chosen.values()];
}
