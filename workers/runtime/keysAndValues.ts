import type { Tensor } from 'onnxruntime-common';
import { TimbreError } from '../contract';
import { HEARD, KEPT, type Feeds, type Fetched, type Session } from './session';
import { firstPlaces, floats, integers, selectRows } from './tensors';

/** What the hub's layout calls the inputs, and the outputs that become them. */
export const PAST = 'past_key_values.';
export const PRESENT = 'present.';

export function presentOf(past: string): string {
  return past.replace(PAST, PRESENT);
}

/** By the names of a decoder's inputs; of one that chooses rows itself, with those that were chosen. */
export type Past = Readonly<Record<string, Tensor>>;

/**
 * What a decoder in the hub's layout (`decoder_model_merged`) remembers from step to step: `past_key_values.*` go in,
 * `present.*` come out.
 */
export class KeysAndValues {
  /** Inputs, and the outputs that become them. */
  private readonly names: readonly { past: string; present: string }[];
  private readonly all: readonly string[];
  private readonly own: readonly string[];
  private readonly choosesRows: boolean;

  /** @throws TimbreError 'model/load-failed' where the decoder remembers nothing. */
  constructor(
    decoder: Session,
    private readonly shape: { heads: number; headSize: number }
  ) {
    this.names = decoder.inputNames
      .filter((past) => past.startsWith(PAST))
      .map((past) => ({ past, present: presentOf(past) }));
    if (this.names.length === 0)
      throw new TimbreError('model/load-failed', 'the decoder has no inputs for past keys and values');
    this.all = decoder.outputNames.filter((name) => name.startsWith(PRESENT));
    this.own = this.all.filter(isOwn);
    this.choosesRows = decoder.choosesRows ?? false;
  }

  /** Outputs to ask for. The encoder's come from the first step and stay; asking for them again would only copy them. */
  outputs(first: boolean): readonly string[] {
    return first ? this.all : this.own;
  }

  /** Before the first step: each [rows, heads, 0, headSize]. */
  none(rows: number): Feeds {
    const { heads, headSize } = this.shape;
    return Object.fromEntries(
      this.names.map(({ past }) => [past, floats(new Float32Array(0), [rows, heads, 0, headSize])])
    );
  }

  /** After a step. What it didn't give is as it was. @throws TimbreError 'model/run-failed' where there is neither. */
  after(outputs: Fetched, before: Past): Past {
    const after: Record<string, Tensor> = {};
    for (const { past, present } of this.names) {
      const tensor = outputs[present] ?? before[past];
      if (!tensor) throw new TimbreError('model/run-failed', `the decoder gave no ${present}`);
      after[past] = tensor;
    }
    const heard = before[HEARD];
    return heard ? { ...after, [HEARD]: heard } : after;
  }

  /** Some rows in the order given; a row may come several times. Copied, unless the decoder chooses them itself. */
  select(past: Past, rows: readonly number[]): Past {
    if (this.choosesRows)
      return { ...past, [KEPT]: chosen(past[KEPT], rows), [HEARD]: chosen(past[HEARD], rows) };
    return Object.fromEntries(Object.entries(past).map(([name, tensor]) => [name, selectRows(tensor, rows)]));
  }

  /** As it was after fewer places. @param places of the decoder's own keys and values that are kept, from the first on. */
  cut(past: Past, places: number): Past {
    return Object.fromEntries(
      Object.entries(past).map(([name, tensor]) => [name, isOwn(name) ? firstPlaces(tensor, places) : tensor])
    );
  }
}

/** @param before rows that were chosen; undefined: all, in their order. */
function chosen(before: Tensor | undefined, rows: readonly number[]): Tensor {
  return before ? selectRows(before, rows) : integers(rows, [rows.length]);
}

/** The decoder's own, which get longer with each step; the others are the encoder's. */
export function isOwn(name: string): boolean {
  return name.includes('.decoder.');
}
