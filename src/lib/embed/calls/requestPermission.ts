import * as v from 'valibot';
import { cancelled } from '$lib/abort';
import { notAllowed } from '../permissions';
import { call, capability } from './input';

const schema = v.object({
  capabilities: v.pipe(v.array(capability), v.minLength(1), v.maxLength(100))
});

/** One of them is enough: the host sees what it got. Errors: `embed/not-allowed` where it got none. */
export const requestPermission = call<typeof schema, 'requestPermission'>(
  schema,
  async ({ capabilities }, { permissions, signal }) => {
    // Each by itself: one that was denied before doesn't stand in the way of the others. They are one sheet all the same.
    await Promise.allSettled(capabilities.map((each) => permissions.require([each], signal)));
    if (signal.aborted) throw cancelled();
    if (!capabilities.some((each) => permissions.granted.includes(each))) throw notAllowed(capabilities);
    return permissions.granted;
  }
);
