/**
 * What a graph remembers from one run to the next: tensors that go in as `state_0`, `state_1` … and come out as
 * `out_state_0` … Which there are differs from export to export, so they are made as the graph itself declares them.
 */
import { TimbreError } from '../../../contract';
import { boolean, floats, integers, type Feeds, type Fetched, type Session } from '../../../runtime';

const INPUT = /^state_\d+$/;
/** [2, 1, positions, heads, numbers], keys and values. */
const CACHE_RANK = 5;
const POSITIONS = 2;

/**
 * At the beginning: zeros, and `true` for what says that nothing came before (`first` of a convolution, which
 * kyutai-labs/pocket-tts sets in modules/conv.py).
 * @param positions for caches whose length the export leaves open. @throws TimbreError 'model/load-failed'.
 */
export function startOf(session: Session, positions: number): Feeds {
  return Object.fromEntries(
    statesOf(session).map((name) => {
      const shape = shapeOf(session, name).map((size, axis, { length }) =>
        isFixed(size) ? size : length === CACHE_RANK && axis >= POSITIONS ? positions : 1
      );
      const count = shape.reduce((product, size) => product * size, 1);
      const type = session.inputType?.(name);
      if (type === 'float32') return [name, floats(new Float32Array(count), shape)];
      if (type === 'int64') return [name, integers(new BigInt64Array(count), shape)];
      if (type === 'bool' && shape.join() === '1') return [name, boolean(true)];
      throw new TimbreError('model/load-failed', `${name} of [${shape.join()}] ${type} is not understood`);
    })
  );
}

/** What the graph's next run starts from. @throws TimbreError 'model/run-failed'. */
export function nextOf(session: Session, fetched: Fetched): Feeds {
  return Object.fromEntries(
    statesOf(session).map((name) => {
      const state = fetched[`out_${name}`];
      if (!state) throw new TimbreError('model/run-failed', `the model kept no ${name}`);
      return [name, state];
    })
  );
}

/** Outputs that say what `nextOf` wants. */
export function keptBy(session: Session): string[] {
  return statesOf(session).map((name) => `out_${name}`);
}

/** Positions that the graph's caches can hold. */
export function capacityOf(session: Session): number {
  const states = statesOf(session);
  const caches = states.filter((name) => shapeOf(session, name).length === CACHE_RANK);
  const counters = states.filter((name) => session.inputType?.(name) === 'int64');
  // Exports of older versions write in a ring ([2, 1, heads, positions, numbers], two counters each): it is never full.
  if (counters.length >= 2 * caches.length) return Infinity;
  return Math.min(
    ...caches
      .map((name) => shapeOf(session, name)[POSITIONS])
      .map((size) => (isFixed(size) ? size : Infinity))
  );
}

function statesOf({ inputNames }: Session): string[] {
  return inputNames.filter((name) => INPUT.test(name));
}

function shapeOf(session: Session, name: string): readonly (number | string)[] {
  return session.inputShape(name) ?? [];
}

function isFixed(size: number | string | undefined): size is number {
  return typeof size === 'number' && size >= 0;
}
