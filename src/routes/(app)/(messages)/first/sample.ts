import { base } from '$app/paths';
import type { Lang, VoiceFidelity } from '$workers/contract';

/** The sample message, as `scripts/make-sample.mjs` wrote it. */
export interface Sample {
  madeBy: string;
  licence: string;
  fidelity: VoiceFidelity;
  versions: SampleVersion[];
}

export interface SampleVersion {
  language: Lang;
  text: string;
  /** Below `/sample/`. */
  file: string;
  durationMs: number;
  /** 0…1 */
  peaks: number[];
  words: { text: string; startMs: number; endMs: number }[];
}

const at = (file: string) => `${base}/sample/${file}`;

export async function readSample(): Promise<Sample> {
  const response = await fetch(at('sample.json'));
  if (!response.ok) throw new Error(`sample.json: ${response.status}`);
  return (await response.json()) as Sample;
}

export async function sampleSound(version: SampleVersion): Promise<Blob> {
  const response = await fetch(at(version.file));
  if (!response.ok) throw new Error(`${version.file}: ${response.status}`);
  return response.blob();
}
