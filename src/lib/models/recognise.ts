import { modelById, modelsOf } from '../../../models/catalog';
import type { WantedModel } from '$workers/library';
import { storedVariant, wantedModel } from './wanted';

/** Files of a person's disk, as the library imports them. */
export interface Recognised {
  target: WantedModel;
  source: { path: string; file: Blob }[];
}

/** The library takes the folder that everything lies in away. */
const TOP = 'picked';

/**
 * Models whose files are all among those picked, whatever folder they lie in: Firefox's, whose names say which pair
 * they are (`model.enfr.intgemm.alphas.bin`). Others are called alike in every model (`config.json`).
 */
export function recognise(files: readonly { path: string; file: Blob }[]): Recognised[] {
  const byName = new Map(files.map(({ path, file }) => [nameIn(path), file]));
  return modelsOf('translation').flatMap((model) => {
    const variant = model.runsHere === 'bergamot' ? storedVariant(model, null) : undefined;
    const target = variant && wantedModel(model, variant);
    if (!target) return [];
    const source = target.files.flatMap(({ path }) => {
      const file = byName.get(nameIn(path));
      return file ? [{ path: `${TOP}/${path}`, file }] : [];
    });
    return source.length === target.files.length ? [{ target, source }] : [];
  });
}

/** Whether a model needs Bergamot's program, which the app has only where one does. */
export function needsBergamot(id: string): boolean {
  return modelById(id)?.runsHere === 'bergamot';
}

function nameIn(path: string): string {
  return path.split('/').at(-1) ?? path;
}
