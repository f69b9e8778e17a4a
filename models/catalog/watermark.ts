import { FROM_MEMORY, licence, says, size, variant } from './define';
import type { OtherModel } from './types';

export const WATERMARK: readonly OtherModel[] = [
  {
    id: 'audioseal',
    name: 'AudioSeal',
    stage: 'watermark',
    languages: 'any',
    licence: licence('MIT'),
    source: { kind: 'hub', repo: 'DarumaHQ/audioseal-onnx', revision: 'main', ...says('public-projects') },
    variants: [
      variant(
        'fp32',
        [
          {
            path: 'audioseal_generator_16bits.onnx',
            saveAs: 'onnx/audioseal_generator_16bits.onnx',
            dtype: 'fp32'
          },
          {
            path: 'audioseal_detector_16bits.onnx',
            saveAs: 'onnx/audioseal_detector_16bits.onnx',
            dtype: 'fp32'
          }
        ],
        size(94e6, 'estimated', FROM_MEMORY)
      )
    ],
    devices: { wasm: { works: [], untried: ['fp32'] }, webgpu: { works: [], untried: ['fp32'] } },
    quality: [],
    runsHere: null
  }
];
