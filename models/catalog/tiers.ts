/** For each kind of device, which models come first in each stage. Data only; `setFor` chooses. */
import type { Device } from '$workers/contract';
import { FIREFOX_TRANSLATIONS } from './firefox-translations';
import { OPUS_MT } from './opus-mt';
import { FREE_PIPER_VOICES } from './piper';
import type { Stage } from './types';

/** In order of what they ask of a device. */
export const TIERS = ['starter', 'phone', 'laptop', 'high-end'] as const;
export type Tier = (typeof TIERS)[number];

export interface TierPlan {
  /** In order of preference. */
  devices: readonly Device[];
  /** Most that loading one model may take: about what a browser tab gets. */
  memoryBytes: number;
  /** Whether half precision can be counted on. */
  shaderF16: boolean;
  /** One fetched model in memory at a time. */
  oneAtATime: boolean;
  /** Ids of models or families, the preferred first. Models that no engine runs yet are passed over. */
  order: Readonly<Record<Stage, readonly string[]>>;
}

/** A tab's practical limit, seen by others. */
const TAB_BYTES = 1.5e9;
/** What WASM can address. */
const MOST_BYTES = 4e9;

export const TIER_PLANS: Readonly<Record<Tier, TierPlan>> = {
  /** As little as possible to fetch: nothing at all for the languages of the starter models. */
  starter: {
    devices: ['wasm'],
    memoryBytes: TAB_BYTES,
    shaderF16: false,
    oneAtATime: true,
    order: {
      'voice-activity': ['silero-vad'],
      recognition: ['starter-recognition', 'whisper-tiny'],
      translation: ['starter-translation', FIREFOX_TRANSLATIONS, OPUS_MT, 'm2m100-418m'],
      speaker: ['starter-speaker'],
      synthesis: ['espeak-ng'],
      cloning: [],
      watermark: []
    }
  },
  /** A phone, or anything without WebGPU. */
  phone: {
    devices: ['wasm'],
    memoryBytes: TAB_BYTES,
    shaderF16: false,
    oneAtATime: true,
    order: {
      'voice-activity': ['silero-vad'],
      recognition: ['whisper-base', 'whisper-tiny'],
      translation: [FIREFOX_TRANSLATIONS, OPUS_MT, 'm2m100-418m'],
      speaker: ['wespeaker-ecapa-512'],
      synthesis: [...FREE_PIPER_VOICES, 'kokoro-82m', 'espeak-ng'],
      // On a processor OpenVoice takes some five times as long as it speaks; the matched voice needs no model.
      cloning: [],
      // 93 MB, and 0.4 s for each second of speech; every file says all the same that a machine speaks.
      watermark: []
    }
  },
  /** WebGPU, ordinary memory. */
  laptop: {
    devices: ['webgpu', 'wasm'],
    memoryBytes: TAB_BYTES,
    shaderF16: false,
    oneAtATime: false,
    order: {
      'voice-activity': ['silero-vad'],
      recognition: ['whisper-small', 'whisper-base'],
      translation: [FIREFOX_TRANSLATIONS, OPUS_MT, 'm2m100-418m'],
      speaker: ['wespeaker-ecapa-512'],
      synthesis: [...FREE_PIPER_VOICES, 'kokoro-82m', 'espeak-ng'],
      // One clones at a time: what speaks every language before what speaks English alone.
      cloning: ['openvoice-v2', 'pocket-tts'],
      watermark: ['audioseal']
    }
  },
  /** WebGPU with half precision and memory to spare. */
  'high-end': {
    devices: ['webgpu', 'wasm'],
    memoryBytes: MOST_BYTES,
    shaderF16: true,
    oneAtATime: false,
    order: {
      'voice-activity': ['silero-vad'],
      recognition: ['whisper-large-v3-turbo', 'whisper-small'],
      translation: [FIREFOX_TRANSLATIONS, OPUS_MT, 'm2m100-418m'],
      speaker: ['wespeaker-ecapa-1024'],
      synthesis: [...FREE_PIPER_VOICES, 'kokoro-82m', 'espeak-ng'],
      cloning: ['chatterbox-multilingual', 'openvoice-v2'],
      watermark: ['audioseal']
    }
  }
};
