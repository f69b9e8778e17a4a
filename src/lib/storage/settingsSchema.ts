import * as v from 'valibot';
import { LANGUAGES, STARTER_LANGUAGES, type Lang } from '$workers/contract';

const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const device = v.picklist(['auto', 'webgpu', 'wasm']);
const modelName = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const glossaryEntry = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60));
const DAY_MS = 24 * 60 * 60 * 1000;

const entries = {
  // Transcription
  /** `auto` (the best that is here), a catalogue id, or a folder of models; so are the other two. */
  transcriptionModel: v.optional(modelName, 'auto'),
  transcriptionDevice: v.optional(device, 'auto'),
  /** Numbers' type in the recogniser, where its folder has it; `auto`: the usual one of the device. */
  transcriptionComputeType: v.optional(v.picklist(['auto', 'fp32', 'fp16', 'q8', 'q4']), 'auto'),
  /** Texts that the recogniser keeps side by side; `auto`: as suits the device. */
  transcriptionBeamSize: v.optional(v.union([v.literal('auto'), whole(1, 8)]), 'auto'),
  /** Names and words that recordings will have, the most important first. */
  glossary: v.optional(v.pipe(v.array(glossaryEntry), v.maxLength(200)), (): string[] => []),
  /** Word times. */
  returnTimestamps: v.optional(v.boolean(), true),
  /** 0…1 given to a transcript that came with the audio. */
  suppliedConfidence: v.optional(between(0, 1), 0.85),

  // Translation
  translationModel: v.optional(modelName, 'auto'),
  translationDevice: v.optional(device, 'auto'),
  /** For messages outside any conversation. */
  targetLanguages: v.optional(v.array(v.picklist(LANGUAGES)), (): Lang[] => [...STARTER_LANGUAGES]),
  /** After a correction, what became stale runs again by itself. */
  rerunStale: v.optional(v.boolean(), true),

  // Voice models
  speakerModel: v.optional(modelName, 'auto'),
  voiceDevice: v.optional(device, 'auto'),
  /** Days; older voice models are improved. */
  voiceModelMaxAgeDays: v.optional(whole(1, 3650), 30),
  /** Milliseconds; with less, earlier recordings are added. */
  voiceMinDurationMs: v.optional(whole(0, 600_000), 10_000),
  voiceHistoryCount: v.optional(whole(0, 500), 20),
  /** Share of the old voice when it is improved; the new audio has the rest. */
  voiceOldWeight: v.optional(between(0, 1), 0.7),
  /** Days of recordings that a recalibration reads. */
  recalibrationWindowDays: v.optional(whole(1, 3650), 30),
  trainingPollMs: v.optional(whole(100, 60_000), 2000),
  trainingTimeoutMs: v.optional(whole(1000, DAY_MS), 600_000),

  // Speech
  /** The engine that speaks; eSpeak NG has the processor alone. */
  ttsModel: v.optional(modelName, 'espeak-ng'),
  /** What gives speech a person's own voice: `auto` (the best that is here), a catalogue id, or a folder of models. */
  cloningModel: v.optional(modelName, 'auto'),
  /** Where that runs. */
  ttsDevice: v.optional(device, 'auto'),
  ttsDefaultFormat: v.optional(v.picklist(['mp3', 'wav', 'ogg']), 'mp3'),

  // Audio
  audioMaxSizeMb: v.optional(whole(1, 50), 50),
  /** Kinds of files that are taken, by their content. */
  audioSupportedFormats: v.optional(
    v.array(v.picklist(['mp3', 'wav', 'ogg', 'm4a', 'webm', 'flac'])),
    (): ('mp3' | 'wav' | 'ogg' | 'm4a' | 'webm' | 'flac')[] => ['mp3', 'wav', 'ogg', 'm4a', 'webm', 'flac']
  ),

  // The model library
  /** Where models come from: a mirror's address; empty: the public hub. */
  modelHub: v.optional(v.pipe(v.string(), v.maxLength(500)), ''),
  /** Ids of models on their way: a reload goes on with them. */
  modelDownloads: v.optional(v.array(v.string()), () => []),
  /** Models that did not run here, as `id@browser`. */
  modelsSetAside: v.optional(v.array(v.string()), () => []),
  /** What failed on a device here and runs on another, as `folder type device@browser`. */
  devicesSetAside: v.optional(v.array(v.string()), () => []),

  // The app
  /** Milliseconds during which a deletion can be undone. */
  undoMs: v.optional(whole(0, DAY_MS), 10_000),
  playbackRate: v.optional(between(0.5, 3), 1),
  /** Single-letter shortcuts that a person switched off. */
  shortcutsOff: v.optional(v.array(v.string()), () => [])
};

const schema = v.object(entries);
export type Settings = v.InferOutput<typeof schema>;
export type SettingName = keyof Settings;

export const SETTING_NAMES = Object.keys(entries) as SettingName[];

export const DEFAULT_SETTINGS: Settings = v.parse(schema, {});

/** The settings kept in `stored`; a missing or unusable value is its default, the others stay. */
export function readSettings(stored: Record<string, unknown>): Settings {
  const kept: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const parsed = v.safeParse(entries[name], stored[name]);
    if (parsed.success) kept[name] = parsed.output;
  }
  return v.parse(schema, kept);
}

/** The names of those values of `change` that can't be. */
export function unusable(change: Partial<Settings>): string[] {
  const given: Record<string, unknown> = { ...change };
  return Object.keys(given).filter((name) => {
    if (!(name in entries)) return true;
    return !v.is(entries[name as SettingName], given[name]);
  });
}
