/** 8-bit products as products of floats, on models that there are of 32 bits, too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uniform } from '../chance';
import { floatProducts } from './floatProducts';
import { KeysAndValues } from './keysAndValues';
import { fieldsOf, GRAPH, messagesAt, MODEL, NODE, textAt } from './onnxFile';
import { createSession } from './session';
import { floatData, floats, integers } from './tensors';
import { FIXTURES, nodeConfig, STARTER_MODELS } from './testing';

const read = (path: string) => new Uint8Array(readFileSync(path));
const fixture = (file: string) => read(join(FIXTURES, 'whisper-timestamps/onnx', file));
const starter = (file: string) => read(join(STARTER_MODELS, 'whisper/onnx', file));

/** How often each kind of node is in a graph, its branches aside. */
function kindsIn(file: Uint8Array): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const node of messagesAt(fieldsOf(file), MODEL.graph).flatMap((graph) =>
    messagesAt(fieldsOf(graph), GRAPH.node)
  )) {
    const kind = textAt(fieldsOf(node), NODE.opType);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

/** Logits after a few tokens. */
async function said(file: Uint8Array, shape: { heads: number; headSize: number }): Promise<Float32Array> {
  const session = await createSession(file, nodeConfig());
  const width = shape.heads * shape.headSize;
  const random = uniform(3);
  const { logits } = await session.run({
    input_ids: integers([5, 9, 3], [1, 3]),
    encoder_hidden_states: floats(
      Float32Array.from({ length: 20 * width }, () => 2 * random() - 1),
      [1, 20, width]
    ),
    ...new KeysAndValues(session, shape).none(1)
  });
  await session.release();
  return floatData(logits, 'logits');
}

function distance(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(a.map((x, i) => x - (b[i] ?? NaN))) / norm(b);
}

test('the weights are those of the file, and what is multiplied is no longer rounded', async () => {
  const eight = fixture('decoder_model_merged_quantized.onnx');
  const changed = floatProducts(eight);
  if (!changed) throw new Error('not changed');
  const kinds = kindsIn(changed);
  expect([kinds.get('MatMulInteger'), kinds.get('DynamicQuantizeLinear')]).toEqual([undefined, undefined]);
  expect(kinds.get('MatMul')).toBe(
    (kindsIn(eight).get('MatMul') ?? 0) + (kindsIn(eight).get('MatMulInteger') ?? 0)
  );
  const shape = configOf(join(FIXTURES, 'whisper-timestamps'));
  const exact = await said(fixture('decoder_model_merged.onnx'), shape);
  const [before, after] = [await said(eight, shape), await said(changed, shape)];
  expect(distance(after, exact)).toBeLessThan(distance(before, exact));
  expect(distance(after, before)).toBeLessThan(0.05);
});

test('those that were optimised already are changed, too; the starter’s keep the products of their branches', async () => {
  const eight = starter('decoder_model_merged_quantized.onnx');
  const changed = floatProducts(eight);
  if (!changed) throw new Error('not changed');
  const shape = configOf(join(STARTER_MODELS, 'whisper'));
  expect(distance(await said(changed, shape), await said(eight, shape))).toBeLessThan(0.05);
  const [before, after] = [kindsIn(eight), kindsIn(changed)];
  const kinds = ['DynamicQuantizeMatMul', 'MatMulIntegerToFloat', 'DynamicQuantizeLinear'];
  expect(kinds.map((kind) => after.get(kind))).toEqual([undefined, undefined, undefined]);
  const products = kinds.slice(0, 2).reduce((sum, kind) => sum + (before.get(kind) ?? 0), 0);
  expect(products).toBeGreaterThan(10);
  expect(after.get('MatMul')).toBe((before.get('MatMul') ?? 0) + products);
  expect(after.get('If')).toBe(before.get('If'));
});

test('where there are none, or they are many, the file stays', () => {
  expect(floatProducts(fixture('decoder_model_merged.onnx'))).toBeUndefined();
  expect(floatProducts(fixture('decoder_model_merged_quantized.onnx'), 1000)).toBeUndefined();
  expect(floatProducts(Uint8Array.of(1, 2, 3))).toBeUndefined();
});

function configOf(folder: string): { heads: number; headSize: number } {
  const { d_model: width, decoder_attention_heads: heads } = JSON.parse(
    readFileSync(join(folder, 'config.json'), 'utf8')
  ) as { d_model: number; decoder_attention_heads: number };
  return { heads, headSize: width / heads };
}
