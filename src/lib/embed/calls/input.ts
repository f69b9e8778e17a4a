/** Nothing that a host sends is believed: the shapes of what goes into calls. */
import * as v from 'valibot';
import { ME, refuseTooLarge } from '$lib/storage';
import { checkedText } from '$lib/pipeline';
import { LANGUAGES, TimbreError } from '$workers/contract';
import type { App } from '$lib/app';
import { CAPABILITIES, type Calls } from '$sdk/protocol';
import type { CallContext } from './context';

export const language = v.picklist(LANGUAGES);
export const languages = v.pipe(v.array(language), v.maxLength(100));
export const format = v.picklist(['mp3', 'wav', 'ogg']);
export const capability = v.picklist(CAPABILITIES);
export const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
/** The person's own, unless another is named. */
export const profileId = v.optional(id, ME);
export const label = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(1000));

/** A Blob goes by reference; bytes are put into one once. */
export const audio = v.pipe(
  v.union([v.instance(Blob), v.instance(ArrayBuffer)]),
  v.transform((given) => (given instanceof Blob ? given : new Blob([given])))
);

/** A text, trimmed. */
export const text = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return checkedText(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  })
);

/** A call whose input was looked at, ready to run. */
export type Prepared<R> = (context: CallContext) => Promise<R>;

/** @returns what looks at the input (`input/invalid`) before anybody is asked for anything. */
export function call<S extends v.GenericSchema, M extends keyof Calls>(
  schema: S,
  run: (args: v.InferOutput<S>, context: CallContext) => Promise<Calls[M]['result']>
): (given: unknown) => Prepared<Calls[M]['result']> {
  return (given) => {
    const { success, output, issues } = v.safeParse(schema, given);
    if (success) return (context) => run(output, context);
    const [{ message }] = issues;
    const where = v.getDotPath(issues[0]) ?? 'arguments';
    throw new TimbreError('input/invalid', `${where}: ${message}`);
  };
}

/** Errors: `audio/empty`, `audio/too-large`. */
export async function checkSize(blob: Blob, { storage }: Pick<App, 'storage'>): Promise<void> {
  if (blob.size === 0) throw new TimbreError('audio/empty', 'there is not a byte of sound');
  await refuseTooLarge(blob, storage.settings);
}
