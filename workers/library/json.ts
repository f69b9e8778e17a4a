import * as v from 'valibot';
import type { FileStore } from './store';

/** A small file as its schema says; undefined when it is not there, torn, or of another shape. */
export async function readJson<S extends v.GenericSchema>(
  store: FileStore,
  name: string,
  schema: S
): Promise<v.InferOutput<S> | undefined> {
  const bytes = await store.read(name);
  return bytes && parseJson(new TextDecoder().decode(bytes), schema);
}

/** The same of a text. */
export function parseJson<S extends v.GenericSchema>(text: string, schema: S): v.InferOutput<S> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

export function writeJson(store: FileStore, name: string, value: unknown): Promise<void> {
  return store.put(name, new TextEncoder().encode(JSON.stringify(value)));
}
