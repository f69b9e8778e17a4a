/** The manifests of installed models and the plans of those under way. */
import * as v from 'valibot';
import { TimbreError } from '../contract';
import { readJson, writeJson } from './json';
import { commitName, filePath, manifestName, MANIFESTS, modelId, planName, PLANS, repoName } from './paths';
import type { FileStore } from './store';
import type { Manifest, Plan } from './types';

const bytes = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.minValue(0));

const storedFile = v.object({
  path: filePath,
  saveAs: filePath,
  size: bytes,
  hash: v.object({
    kind: v.picklist(['sha256', 'git-sha1']),
    hex: v.pipe(v.string(), v.regex(/^[0-9a-f]+$/))
  }),
  commit: commitName
});
const wantedFile = v.object({
  path: v.pipe(v.string(), v.minLength(1)),
  saveAs: v.exactOptional(filePath),
  optional: v.exactOptional(v.boolean())
});
const common = {
  id: modelId,
  repo: repoName,
  revision: v.pipe(v.string(), v.minLength(1)),
  commit: commitName,
  files: v.array(storedFile),
  wanted: v.array(wantedFile),
  dtype: v.nullable(v.string())
};
export const manifestSchema = v.object({
  ...common,
  origin: v.picklist(['hub', 'import', 'unchecked']),
  installedAt: time
}) satisfies v.GenericSchema<unknown, Manifest>;
const planSchema = v.object({ ...common, startedAt: time }) satisfies v.GenericSchema<unknown, Plan>;

/** Every readable one, the newest first. @param repo of this repository alone. */
export async function manifests(store: FileStore, repo?: string): Promise<Manifest[]> {
  const found = await all(store, MANIFESTS + (repo ? `${repo}/` : ''), manifestSchema);
  return found.sort((a, b) => b.installedAt - a.installedAt);
}

export function plans(store: FileStore, repo?: string): Promise<Plan[]> {
  return all(store, PLANS + (repo ? `${repo}/` : ''), planSchema);
}

async function all<S extends v.GenericSchema>(
  store: FileStore,
  prefix: string,
  schema: S
): Promise<v.InferOutput<S>[]> {
  const names = await store.list(prefix);
  const read = await Promise.all(names.map((name) => readJson(store, name, schema)));
  return read.filter((record) => record !== undefined);
}

export const readManifest = (store: FileStore, repo: string, id: string) =>
  readJson(store, manifestName(repo, id), manifestSchema);

/** @throws TimbreError 'storage/not-found' when no such model is installed, 'storage/failed'. */
export async function manifestOf(store: FileStore, repo: string, id: string): Promise<Manifest> {
  const manifest = await readManifest(store, repo, id);
  if (!manifest) throw new TimbreError('storage/not-found', `no model ${id}`);
  return manifest;
}

export const readPlan = (store: FileStore, repo: string, id: string) =>
  readJson(store, planName(repo, id), planSchema);

export const writePlan = (store: FileStore, plan: Plan) =>
  writeJson(store, planName(plan.repo, plan.id), plan);

export const removePlan = (store: FileStore, { repo, id }: { repo: string; id: string }) =>
  store.remove(planName(repo, id));

export const writeManifest = (store: FileStore, manifest: Manifest) =>
  writeJson(store, manifestName(manifest.repo, manifest.id), manifest);

export const removeManifest = (store: FileStore, { repo, id }: { repo: string; id: string }) =>
  store.remove(manifestName(repo, id));
