/** Which model failed on which device: the words that it is remembered by. */
import type { Device } from '../../../workers/contract';

/** A model that a stage uses. */
export interface UsedModel {
  /** Below `modelBase`. */
  folder: string;
  /** The catalogue's name of the stored variant; null where it isn't known. */
  dtype: string | null;
  /** Of the catalogue; null for what ships and for folders of tests. */
  id: string | null;
}

/** A model's file type on a device, as it is remembered: `hub/owner/name q4 webgpu`. */
export function trustKey({ folder, dtype }: Pick<UsedModel, 'folder' | 'dtype'>, device: Device): string {
  return `${folder} ${dtype ?? 'any'} ${device}`;
}

/** Remembered when WebGPU failed the small test that comes before any model's. */
export const GPU_ITSELF = trustKey({ folder: 'self-test', dtype: null }, 'webgpu');
