import { base } from '$app/paths';
import type { OfflineFile } from './protocol';

/** The files that come with the app, with their true sizes; empty in development, where none are built. */
export async function shippedFiles(): Promise<OfflineFile[]> {
  const response = await fetch(`${base}/offline-files.json`);
  const isList = response.headers.get('Content-Type')?.includes('json') ?? false;
  return response.ok && isList ? ((await response.json()) as OfflineFile[]) : [];
}
