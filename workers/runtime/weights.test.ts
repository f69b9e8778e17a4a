import { expect, it } from 'vitest';
import { variantsOf } from './weights';

it('tries the type that was asked for first, and then the usual ones of the device', () => {
  expect(variantsOf({ name: 'm' }, 'wasm')).toEqual(['_quantized', '_q4', '']);
  expect(variantsOf({ name: 'm', prefer: 'fp32' }, 'wasm')).toEqual(['', '_quantized', '_q4']);
  expect(variantsOf({ name: 'm', prefer: 'fp16' }, 'webgpu')).toEqual([
    '_fp16',
    '',
    '_q4',
    '_q4f16',
    '_quantized'
  ]);
  expect(variantsOf({ name: 'm', prefer: 'q8', variants: [''] }, 'wasm')).toEqual(['_quantized', '']);
});
