/** Many steps in one run, against as many runs of the file as it was. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tensor } from 'onnxruntime-common';
import { describe, expect, test } from 'vitest';
import { uniform } from '../chance';
import { KeysAndValues } from './keysAndValues';
import { manySteps, manyStepSession } from './manySteps';
import { createSession, type Feeds, type Session } from './session';
import { boolean, floatData, floats, integers, selectRows } from './tensors';
import { FIXTURES, nodeConfig, STARTER_MODELS } from './testing';

/** With an `If` and without, with an attention mask and without, of 8 bits and of 32. */
const DECODERS = [
  ['whisper', FIXTURES, 'decoder_model_merged'],
  ['whisper-timestamps', FIXTURES, 'decoder_model_merged_quantized'],
  ['marian', FIXTURES, 'decoder_model_merged'],
  ['nllb', FIXTURES, 'decoder_model_merged_quantized'],
  ['whisper', STARTER_MODELS, 'decoder_model_merged_quantized'],
  ['translation', STARTER_MODELS, 'decoder_model_merged_quantized']
] as const;

const read = (path: string) => new Uint8Array(readFileSync(path));
const ROWS = 2;
const POSITIONS = 9;
const STEPS = 6;
const NEVER = -1;
const KINDS = ['one row', 'several rows'] as const;

describe.each(DECODERS)('%s', { timeout: 120_000 }, (name, base, file) => {
  const folder = join(base, name);
  const bytes = read(join(folder, 'onnx', `${file}.onnx`));
  const { d_model: width, decoder_attention_heads: heads } = JSON.parse(
    readFileSync(join(folder, 'config.json'), 'utf8')
  ) as { d_model: number; decoder_attention_heads: number };
  const shape = { heads, headSize: width / heads };

  async function both(
    kind: 'one row' | 'several rows'
  ): Promise<{ plain: Session; many: Session; goOn: NonNullable<Session['goOn']> }> {
    const changed = manySteps(bytes, kind);
    if (!changed) throw new Error('not changed');
    const plain = await createSession(bytes, nodeConfig());
    const many = manyStepSession(await createSession(changed, nodeConfig()));
    if (!many.goOn) throw new Error('can’t go on');
    return { plain, many, goOn: many.goOn };
  }

  /** What stays the same from step to step. */
  function around(session: Session, first: boolean): Feeds {
    const random = uniform(5);
    const hidden = Float32Array.from({ length: ROWS * POSITIONS * width }, () => 2 * random() - 1);
    const asked = (input: string) => session.inputNames.includes(input);
    return {
      encoder_hidden_states: floats(hidden, [ROWS, POSITIONS, width]),
      ...(asked('encoder_attention_mask')
        ? { encoder_attention_mask: integers(new Array<number>(ROWS * POSITIONS).fill(1), [ROWS, POSITIONS]) }
        : {}),
      ...(asked('use_cache_branch') ? { use_cache_branch: boolean(!first) } : {})
    };
  }

  const ids = (tokens: readonly number[]) => integers(tokens, [ROWS, tokens.length / ROWS]);
  const biasFor = (vocabulary: number) =>
    Float32Array.from({ length: vocabulary }, (_, token) => (token % 3 === 0 ? -Infinity : 0));
  const likeliest = (logits: Float32Array, bias: Float32Array): number[] =>
    Array.from({ length: ROWS }, (_, row) => {
      const own = logits
        .subarray(row * bias.length, (row + 1) * bias.length)
        .map((x, i) => x + (bias[i] ?? 0));
      return own.indexOf(own.reduce((most, x) => Math.max(most, x), -Infinity));
    });
  const data = (tensor: Tensor | undefined) => floatData(tensor, 'output');
  const chosenIn = (tensor: Tensor | undefined) => Array.from(tensor?.data as BigInt64Array, Number);

  /** Runs, one for a step. */
  async function stepwise(session: Session, steps: number) {
    const memory = new KeysAndValues(session, shape);
    const names = session.outputNames.filter((output) => !output.startsWith('present.'));
    const first = await session.run(
      { input_ids: ids([1, 2]), ...around(session, true), ...memory.none(ROWS) },
      [...names, ...memory.outputs(true)]
    );
    let past = memory.after(first, {});
    const begun = past;
    const bias = biasFor(data(first['logits']).length / ROWS);
    let tokens = likeliest(data(first['logits']), bias);
    const begin = tokens;
    const outputs = [];
    const chosen: number[] = [];
    for (let i = 0; i < steps; i++) {
      const feeds = { input_ids: ids(tokens), ...around(session, false), ...past };
      const step = await session.run(feeds, [...names, ...memory.outputs(false)]);
      past = memory.after(step, past);
      tokens = likeliest(data(step['logits']), bias);
      outputs.push(step);
      chosen.push(...tokens);
    }
    return { names, first, begun, begin, bias, outputs, chosen, past, memory };
  }

  test.each(KINDS)('one step of it is one step of the decoder, also of several tokens (%s)', async (kind) => {
    const { plain, many } = await both(kind);
    expect([many.inputNames, many.outputNames].map((names) => [...names].sort())).toEqual(
      [plain.inputNames, plain.outputNames].map((names) => [...names].sort())
    );
    expect(many.inputType?.('input_ids')).toBe('int64');
    const a = await stepwise(plain, 2);
    const b = await stepwise(many, 2);
    expect(b.chosen).toEqual(a.chosen);
    for (const output of a.names) expect(b.first[output]?.dims).toEqual(a.first[output]?.dims);
    const prompt = {
      input_ids: ids([1, 2, 3, 4, 5, 6]),
      ...around(plain, true),
      ...a.memory.none(ROWS)
    };
    const expected = data((await plain.run(prompt, ['logits']))['logits']);
    data((await many.run(prompt))['logits']).forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 3));
    await Promise.all([plain.release(), many.release()]);
  });

  test.each(KINDS)('many steps say, give and keep what as many runs do (%s)', async (kind) => {
    const { plain, goOn, many } = await both(kind);
    const { begun, begin, bias, outputs, chosen, past, names, memory } = await stepwise(plain, STEPS);
    const feeds = { input_ids: ids(begin), ...around(many, false), ...begun };
    const fetches = [...names, ...memory.outputs(false)];
    const found = await goOn(feeds, fetches, { steps: STEPS, bias, end: NEVER });
    expect(chosenIn(found['chosen'])).toEqual(chosen);
    for (const name of names) {
      expect(found[name]?.dims).toEqual([STEPS, ...(outputs[0]?.[name]?.dims ?? [])]);
      const expected = outputs.flatMap((step) => Array.from(data(step[name])));
      data(found[name]).forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 3));
    }
    for (const [name, tensor] of Object.entries(memory.after(found, begun))) {
      expect(tensor.dims).toEqual(past[name]?.dims);
      const expected = data(past[name]);
      data(tensor).forEach((x, i) => expect(x).toBeCloseTo(expected[i] ?? NaN, 3));
    }
    await Promise.all([plain.release(), many.release()]);
  });

  test('it stops as soon as a row says the end', async () => {
    const { plain, goOn, many } = await both('one row');
    const { begun, begin, bias, chosen } = await stepwise(plain, STEPS);
    const end = chosen[2 * ROWS + 1] ?? 0;
    const feeds = { input_ids: ids(begin), ...around(many, false), ...begun };
    const found = await goOn(feeds, ['logits'], { steps: STEPS, bias, end });
    expect(found['logits']?.dims[0]).toBe(Math.floor(chosen.indexOf(end) / ROWS) + 1);
    await Promise.all([plain.release(), many.release()]);
  });

  test('rows that are chosen go on as those that are copied', async () => {
    const { many, plain } = await both('several rows');
    const { many: copying, plain: another } = await both('one row');
    expect([copying, many].map(({ choosesRows }) => choosesRows)).toEqual([false, true]);
    const { begun, begin, bias } = await stepwise(copying, 1);
    const rowsOf = (feeds: Feeds, rows: readonly number[]) =>
      Object.fromEntries(
        Object.entries(feeds).map(([input, tensor]) => [
          input,
          tensor.dims[0] === ROWS ? selectRows(tensor, rows) : tensor
        ])
      );
    const said = async (session: Session) => {
      const memory = new KeysAndValues(session, shape);
      const fetches = ['logits', ...memory.outputs(false)];
      const how = { steps: 2, bias, end: NEVER };
      const around1 = around(session, false);
      const logits: number[] = [];
      // The first row twice and the second once; of those the last two, the other way round.
      let past = memory.select(begun, [0, 1, 0]);
      let tokens = [begin[0], begin[1], begin[0]].map((token) => token ?? 0);
      for (const rows of [
        [0, 1, 0],
        [0, 1]
      ]) {
        const feeds = {
          ...rowsOf(around1, rows),
          input_ids: integers(tokens, [rows.length, 1]),
          ...past
        };
        const found = await session.goOn?.(feeds, fetches, how);
        if (!found) throw new Error('can’t go on');
        logits.push(...data(found['logits']));
        const last = chosenIn(found['chosen']).slice(-rows.length);
        past = memory.select(memory.after(found, past), [2, 1]);
        tokens = [last[2] ?? 0, last[1] ?? 0];
      }
      return logits;
    };
    expect(await said(many)).toEqual(await said(copying));
    await Promise.all([plain, another, many, copying].map((session) => session.release()));
  });
});

test('what is no decoder of 32 bits stays as it is', () => {
  expect(manySteps(read(join(FIXTURES, 'whisper/onnx/encoder_model.onnx')), 'one row')).toBeUndefined();
  expect(manySteps(Uint8Array.of(1, 2, 3), 'several rows')).toBeUndefined();
});
