import { licence, says, size, variant } from './define';
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
        // What marks 58.7, what finds marks 34.6.
        size(93.4e6, 'estimated', { source: 'computed', verified: false })
      )
    ],
    devices: {
      wasm: { works: [], untried: ['fp32'] },
      webgpu: { works: [], avoid: { fp32: 'leaves-gpu-alone' } }
    },
    quality: [],
    runsHere: 'audioseal'
  }
];
