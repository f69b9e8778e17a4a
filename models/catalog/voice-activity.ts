import { licence, says, size, variant } from './define';
import type { OtherModel } from './types';

export const VOICE_ACTIVITY: readonly OtherModel[] = [
  {
    id: 'silero-vad',
    name: 'Silero VAD v6',
    stage: 'voice-activity',
    languages: 'any',
    licence: licence('MIT'),
    source: { kind: 'shipped', folder: 'vad' },
    variants: [
      variant(
        'fp32',
        [{ path: 'silero_vad_v6_whole.onnx', dtype: 'fp32' }],
        size(978_318, 'exact', says('files'))
      )
    ],
    devices: { wasm: { works: ['fp32'] }, webgpu: { works: [], avoid: { fp32: 'too-small-for-gpu' } } },
    quality: [],
    runsHere: 'silero'
  }
];
