import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { uniform } from '../chance';
import { everyNth } from './everyNth';
import { createSession } from './session';
import { floatData, floats } from './tensors';
import { FIXTURES, nodeConfig, STARTER_MODELS } from './testing';

const OUTPUT = 'last_hidden_state';
const FRAMES = 101;

test.each([
  ['whisper', STARTER_MODELS, 'encoder_model_quantized', 2],
  ['whisper-timestamps', FIXTURES, 'encoder_model', 3]
])('of %s’s positions in %s', { timeout: 60_000 }, async (name, base, file, n) => {
  const bytes = new Uint8Array(readFileSync(join(base, name, 'onnx', `${file}.onnx`)));
  const changed = everyNth(bytes, OUTPUT, n);
  if (!changed) throw new Error('not changed');
  const sessions = [await createSession(bytes, nodeConfig()), await createSession(changed, nodeConfig())];
  const shape = sessions[0]?.inputShape('input_features') ?? [];
  const [mels, frames] = [shape[1], shape[2]].map(
    (length, i) =>
    typeof length === 'number' && length > 0 ? length : [80, FRAMES][i] as number // prettier-ignore
  ) as [number, number];
  const random = uniform(7);
  const input_features = floats(
    Float32Array.from({ length: mels * frames }, () => 2 * random() - 1),
    [1, mels, frames]
  );
  const [all, some] = await Promise.all(sessions.map((session) => session.run({ input_features })));
  const [rows, positions = 0, width = 0] = all?.[OUTPUT]?.dims ?? [];
  expect(some?.[OUTPUT]?.dims).toEqual([rows, Math.ceil(positions / n), width]);
  const expected = floatData(all?.[OUTPUT], OUTPUT).filter((_, i) => Math.floor(i / width) % n === 0);
  expect(floatData(some?.[OUTPUT], OUTPUT)).toEqual(expected);
  await Promise.all(sessions.map((session) => session.release()));
});

test('what has no such output stays as it is', () => {
  const bytes = new Uint8Array(
    readFileSync(join(STARTER_MODELS, 'whisper/onnx/encoder_model_quantized.onnx'))
  );
  expect(everyNth(bytes, 'logits', 2)).toBeUndefined();
  expect(everyNth(Uint8Array.of(1, 2, 3), OUTPUT, 2)).toBeUndefined();
});
