import { TimbreError, type WorkerConfig } from '../contract';
import { floatProducts } from './floatProducts';
import { manySteps, manyStepSession } from './manySteps';
import { createSession, type LoadOptions, type Session } from './session';

/**
 * A decoder for WASM that can make many steps in one run (`Session.goOn`). One of one row multiplies floats, if they are
 * few enough; one of several chooses them itself.
 * @param graph its file. @returns undefined where it can't be changed so.
 */
export async function smallDecoder(
  graph: Uint8Array,
  rows: 'one row' | 'several rows',
  config: WorkerConfig,
  options: LoadOptions & { name: string }
): Promise<Session | undefined> {
  const changed = manySteps((rows === 'one row' && floatProducts(graph)) || graph, rows);
  if (!changed) return undefined;
  try {
    return manyStepSession(await createSession(changed, config, options));
  } catch (error) {
    // What the runtime doesn't take changed it may take as it is, and says what is wrong otherwise.
    if (error instanceof TimbreError && error.code === 'model/load-failed') return undefined;
    throw error;
  }
}
