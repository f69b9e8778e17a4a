import { FROM_NOTES, licence, says, settings, size, variant, weights } from './define';
import type { OtherModel, QualityFigure } from './types';

/** Equal error rate on VoxCeleb1-O, in %. */
function voxCeleb(value: number): QualityFigure {
  return { metric: 'EER', value, dataset: 'VoxCeleb1-O', ...FROM_NOTES };
}

function weSpeaker(channels: 512 | 1024, bytes: number, errorRate: number): OtherModel {
  return {
    id: `wespeaker-ecapa-${channels}`,
    name: `WeSpeaker ECAPA ${channels}`,
    stage: 'speaker',
    languages: 'any',
    // The card on the hub says Apache-2.0, WeSpeaker's documentation CC-BY-4.0: name the authors either way.
    licence: licence('Apache-2.0', { source: 'model-notes', verified: false }),
    source: {
      kind: 'hub',
      repo: `Wespeaker/wespeaker-voxceleb-ecapa-tdnn${channels}`,
      revision: 'main',
      ...says('wespeaker-list')
    },
    variants: [
      variant(
        'fp32',
        [{ path: `voxceleb_ECAPA${channels}.onnx`, saveAs: 'onnx/model.onnx', dtype: 'fp32' }],
        size(bytes, 'rounded')
      )
    ],
    devices: { wasm: { works: ['fp32'] }, webgpu: { works: [], untried: ['fp32'] } },
    quality: [voxCeleb(errorRate)],
    runsHere: 'ecapa'
  };
}

export const SPEAKER: readonly OtherModel[] = [
  {
    id: 'starter-speaker',
    name: 'Timbre compares',
    stage: 'speaker',
    languages: 'any',
    // Its card names the licences of its data, not its own.
    licence: licence('GPL-3.0-or-later', { source: 'model-card', verified: false }),
    source: { kind: 'shipped', folder: 'starter/speaker' },
    variants: [
      variant(
        'q8',
        [...settings('config.json', 'preprocessor_config.json'), weights('model', 'q8')],
        size(1_175_611, 'exact', says('files'))
      )
    ],
    devices: { wasm: { works: ['q8'] }, webgpu: { works: [], avoid: { q8: 'q8-on-cpu' } } },
    quality: [
      {
        metric: 'EER',
        value: 5.4,
        dataset: '44 people of LibriSpeech and VCTK, 3 s, both pieces mostly of one recording',
        ...says('model-card')
      }
    ],
    runsHere: 'ecapa',
    cautions: ['demonstration']
  },
  weSpeaker(512, 24.9e6, 1.07),
  weSpeaker(1024, 58.8e6, 0.86),
  {
    // Another front end than WeSpeaker's, which the engine's name says.
    id: 'speechbrain-ecapa',
    name: 'SpeechBrain ECAPA',
    stage: 'speaker',
    languages: 'any',
    licence: licence('Apache-2.0', { source: 'public-projects', verified: false }),
    source: {
      kind: 'hub',
      repo: 'losfen/spkrec-ecapa-voxceleb-onnx',
      revision: 'main',
      source: 'public-projects',
      verified: false
    },
    variants: [
      variant(
        'fp32',
        [{ path: 'embedding_model.onnx', saveAs: 'onnx/model.onnx', dtype: 'fp32' }],
        size(83e6, 'rounded')
      )
    ],
    devices: { wasm: { works: [], untried: ['fp32'] }, webgpu: { works: [], untried: ['fp32'] } },
    quality: [voxCeleb(0.9)],
    runsHere: 'ecapa-speechbrain'
  }
];
