import * as v from 'valibot';
import { TimbreError } from '../contract';
import { getJson, Passing, persistently, type Net } from './http';
import { commitName, isSafePath } from './paths';
import type { FileHash } from './types';

/** A file as the hub lists it. */
export interface HubFile {
  path: string;
  /** Bytes. */
  size: number;
  hash: FileHash;
}

/**
 * What the library asks of a hub. Errors: 'model/missing', 'model/licence-not-accepted', 'network/offline',
 * 'network/timeout', 'model/download-failed', 'job/cancelled', 'input/invalid' (base URL).
 */
export interface Hub {
  /** The commit that a branch or tag is now. */
  resolve(repo: string, revision: string, signal: AbortSignal): Promise<string>;
  /** Every file of a commit; those with names that no folder could hold are left out. */
  files(repo: string, commit: string, signal: AbortSignal): Promise<HubFile[]>;
  fileUrl(repo: string, commit: string, path: string): string;
}

const revisionAnswer = v.object({ sha: commitName });

const sha256Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/i));
const sha1Hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/i));
const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const treeEntry = v.variant('type', [
  v.object({
    type: v.literal('file'),
    path: v.string(),
    size: bytes,
    oid: sha1Hex,
    /** Large files: `oid` above is then that of a pointer, and this one of the file itself. */
    lfs: v.optional(v.nullable(v.object({ oid: sha256Hex, size: bytes })))
  }),
  v.object({ type: v.literal('directory') })
]);
const treeAnswer = v.array(treeEntry);

/** A listing has a thousand files a page; more pages than this are a loop. */
const MOST_PAGES = 200;

/** @param baseUrl of the hub or a mirror. */
export function createHub(baseUrl: string, net: Net): Hub {
  const base = baseOf(baseUrl);
  return {
    async resolve(repo, revision, signal) {
      const url = `${base}api/models/${repo}/revision/${encodeURIComponent(revision)}`;
      return persistently(
        async () => parsed(revisionAnswer, (await getJson(url, net, signal)).value, url).sha,
        net,
        signal
      );
    },

    async files(repo, commit, signal) {
      const tree = `${base}api/models/${repo}/tree/${encodeURIComponent(commit)}`;
      const files: HubFile[] = [];
      let query: string | undefined = '?recursive=true&expand=false';
      for (let page = 0; query !== undefined; page++) {
        if (page >= MOST_PAGES) throw new TimbreError('model/download-failed', `${tree} has no last page`);
        const url: string = tree + query;
        const { entries, link } = await persistently(
          async () => {
            const answer = await getJson(url, net, signal);
            return { entries: parsed(treeAnswer, answer.value, url), link: answer.link };
          },
          net,
          signal
        );
        for (const entry of entries)
          if (entry.type === 'file' && isSafePath(entry.path)) files.push(hubFile(entry));
        query = nextQuery(link);
      }
      return files;
    },

    fileUrl: (repo, commit, path) =>
      `${base}${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
  };
}

function hubFile(entry: Extract<v.InferOutput<typeof treeEntry>, { type: 'file' }>): HubFile {
  const { path, size, oid, lfs } = entry;
  if (lfs) return { path, size: lfs.size, hash: { kind: 'sha256', hex: lfs.oid.toLowerCase() } };
  return { path, size, hash: { kind: 'git-sha1', hex: oid.toLowerCase() } };
}

/**
 * The query of `Link: <url>; rel="next"`. Only the query is followed: a mirror that passes on the hub's own
 * links must not lead away from itself.
 */
export function nextQuery(link: string | null): string | undefined {
  for (const part of link?.split(/,(?=\s*<)/) ?? []) {
    const found = /^\s*<([^>]*)>(.*)$/s.exec(part);
    if (!found || !/;\s*rel="?next"?/i.test(found[2] ?? '')) continue;
    const query = /\?[^#]*/.exec(found[1] ?? '')?.[0];
    if (query) return query;
  }
  return undefined;
}

function parsed<S extends v.GenericSchema>(schema: S, value: unknown, url: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new Passing(
    'model/download-failed',
    `${url} did not answer as a hub does: ${v.summarize(result.issues)}`
  );
}

/** @throws TimbreError 'input/invalid' unless it is an absolute http(s) URL. */
export function baseOf(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new TimbreError('input/invalid', `no address of a hub: ${baseUrl}`);
  return `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
}
