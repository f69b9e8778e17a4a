/**
 * What is kept on the device, one interface a table. Every row has a string `id`.
 * Times are milliseconds since 1970, lengths of sound are milliseconds, sizes are bytes.
 * The doors of other capabilities give these types on under their own names.
 */
import type { DecodeWarning, TakeForVoice } from '$lib/audio';
import type { Capability } from '$sdk/protocol';
import type {
  ErrorCode,
  Lang,
  LanguageGuess,
  Segment,
  TranscriptionSource,
  VoiceFidelity
} from '$workers/contract';

/** The id of the person whose device this is: the default sender, and the default profile. */
export const ME = 'me';

/** An error as it is kept with what it stopped. People read the catalogue's sentence for `code`. */
export interface StoredError {
  code: ErrorCode;
  /** For developers. */
  message: string;
}

/** What a person wants messages to be translated into. */
export interface LanguageChoice {
  systemLanguage: Lang;
  regionalLanguage: Lang | null;
  customDestinationLanguage: Lang | null;
  useCustomDestination: boolean;
  translateToSystemLanguage: boolean;
  translateToRegionalLanguage: boolean;
}

export interface Person {
  id: string;
  name: string;
  languages: LanguageChoice;
  createdAt: number;
  updatedAt: number;
  /** Deleted; the row, for its name, stays for as long as there are messages of theirs. */
  deletedAt: number | null;
}

/** A person's place in one conversation. */
export interface Member {
  personId: string;
  /** A person who left is kept, inactive, so that old messages still have a sender. */
  active: boolean;
  /** For this conversation only; null: the person's own choice. */
  languages: LanguageChoice | null;
}

export interface Conversation {
  id: string;
  title: string;
  members: Member[];
  /** The ids in `members`, for the index. */
  memberIds: string[];
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

export type AudioFormat = 'mp3' | 'wav' | 'ogg';

/**
 * Bytes and not a Blob: WebKit has lost Blobs kept in IndexedDB (they read as empty or fail after a
 * while) and refuses them in private windows; an ArrayBuffer is copied whole and always reads back.
 */
export interface AudioRecord {
  id: string;
  messageId: string;
  mimeType: string;
  bytes: ArrayBuffer;
  sizeBytes: number;
  createdAt: number;
}

/** How a message began. */
export type MessageSource = 'recorded' | 'file' | 'typed';

/**
 * `waiting`: in the queue. `working`: a step runs. `ready`: every language is there.
 * `incomplete`: some languages failed. `failed`: nothing could be made. `cancelled`: stopped by a person,
 * what was finished is kept. `no-speech`: heard, and there were no words in it.
 */
export type MessageStatus =
  'waiting' | 'working' | 'ready' | 'incomplete' | 'failed' | 'cancelled' | 'no-speech';

/** The sound as it came in. */
export interface OriginalAudio {
  audioId: string;
  /** The file's own name; empty for a recording. */
  name: string;
  mimeType: string;
  sizeBytes: number;
  /** Null until it has been decoded. */
  durationMs: number | null;
  /** By content, e.g. `ogg`; null until it has been decoded. */
  container: string | null;
  codec: string | null;
  /** Heights of the drawn waveform, 0…1; empty until it has been decoded. */
  peaks: number[];
  /** What was odd about the file although its sound could be had; rows of before this was kept have none. */
  warnings?: DecodeWarning[];
}

/** A transcript as it stands: the recogniser's, the caller's, or what a person made of it. */
export interface Transcript {
  /** Empty when no speech was found. */
  text: string;
  language: Lang;
  languageGuesses: LanguageGuess[];
  /** 0…1; 0 for an empty transcript. */
  confidence: number;
  source: TranscriptionSource;
  segments: Segment[];
  durationMs: number;
  model: string;
}

/** What a transcript was before it was changed. */
export interface TranscriptRevision {
  revision: number;
  text: string;
  language: Lang;
  by: 'recognised' | 'supplied' | 'typed' | 'edited';
  /** When it was made. */
  at: number;
}

/**
 * Which languages a message goes to: by the conversation's policy, or picked by hand. `extra` are those that
 * were asked for afterwards, on top of either.
 */
export type TargetChoice = ({ by: 'policy' } | { by: 'hand'; languages: Lang[] }) & { extra?: Lang[] };

/** A transcript that came with the audio. */
export interface SuppliedTranscription {
  text: string;
  language: Lang | null;
}

export interface AudioMessage {
  id: string;
  /** Null: outside any conversation. */
  conversationId: string | null;
  senderId: string;
  source: MessageSource;
  status: MessageStatus;
  /** Null for a typed message. */
  original: OriginalAudio | null;
  supplied: SuppliedTranscription | null;
  /** Chosen by the person over what was detected. */
  languageOverride: Lang | null;
  transcription: Transcript | null;
  /** 0 before the first transcript, then one more with every change of its text or language. */
  transcriptRevision: number;
  /** The current text is a person's correction. */
  transcriptEdited: boolean;
  /** Earlier transcripts, oldest first. */
  revisions: TranscriptRevision[];
  targets: TargetChoice;
  /** 0…1 of the voice model that spoke; null: none (`stock`). */
  voiceModelQuality: number | null;
  /** Time worked on it, waiting not counted. */
  processingTimeMs: number;
  error: StoredError | null;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
  /** Kept by storage for the search: folded words of the transcript. */
  words: string[];
}

/** `pending`: its turn has not come, or it is being made. `stale`: older than what it was made from; its old sound still plays. */
export type VersionStatus = 'pending' | 'ready' | 'stale' | 'failed';

/** A stretch of a translation and the sentences that it translates. */
export interface TranslatedUnit {
  /** One sentence; several where a person rewrote across their borders. */
  sources: string[];
  text: string;
  /** Written by a person. */
  edited: boolean;
}

export interface SpokenWord {
  text: string;
  startMs: number;
  endMs: number;
}

/** A version's sound. */
export interface VersionAudio {
  audioId: string;
  /** The `textRevision` that it speaks. */
  textRevision: number;
  durationMs: number;
  format: AudioFormat;
  fidelity: VoiceFidelity;
  /** Cosine to the speaker's centroid, −1…1; null where there is no voice model. */
  similarity: number | null;
  /** Engine and voice, e.g. `espeak-ng/fr`. */
  ttsModel: string;
  /** It carries the app's inaudible mark; absent: it doesn't. */
  watermark?: boolean;
  words: SpokenWord[];
  peaks: number[];
}

export interface TranslatedAudioVersion {
  /** `${messageId}:${language}` */
  id: string;
  messageId: string;
  language: Lang;
  /** Place among the message's versions, from 0. */
  order: number;
  status: VersionStatus;
  /** The transcript's revision and language that the text was made from; 0 and null before there is one. */
  revision: number;
  sourceLanguage: Lang | null;
  /** Null until it is translated. */
  text: string | null;
  /** One more with every change of the text. */
  textRevision: number;
  units: TranslatedUnit[];
  /** A person changed the text. */
  edited: boolean;
  /** What a person had written and a later translation replaced, newest last. */
  keptEdits: string[];
  /** Languages on the way when there was no direct model. */
  via: Lang[];
  translationModel: string;
  /** How often another take of its speech was asked for; absent: never. */
  take?: number;
  /** One is asked for now, and nothing else is wrong with the speech that is there. */
  retake?: boolean;
  audio: VersionAudio | null;
  error: StoredError | null;
  createdAt: number;
  updatedAt: number;
  /** Kept by storage for the search. */
  words: string[];
}

export type JobStep = 'decode' | 'transcribe' | 'translate' | 'voice' | 'synthesize';
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** A message's way through the pipeline, as far as it has come. Its id is the message's. */
export interface JobRecord {
  id: string;
  state: JobState;
  /** Where it was asked to begin: the whole of which `fraction` is a part. */
  first: JobStep;
  /** The step that runs or comes next. */
  step: JobStep;
  /** Changes whenever a person changes what is to be done; what an older run still brings is dropped. */
  run: number;
  /** How often this step was begun without an end: a step that takes the tab down is not begun for ever. */
  starts: number;
  /** 0…1 of the whole job at the last finished step. */
  fraction: number;
  elapsedMs: number;
  error: StoredError | null;
  /** The queue's order. */
  queuedAt: number;
  updatedAt: number;
}

/** A recording that is being made or was left behind. */
export interface TakeRecord {
  id: string;
  mimeType: string;
  startedAt: number;
  durationMs: number;
  chunkCount: number;
  state: 'recording' | 'paused' | 'stopped';
  /** When the person set it aside; null, or absent in rows of before this was kept: not set aside. */
  discardedAt?: number | null;
  /** Absent: a message. */
  forVoice?: TakeForVoice;
}

export interface TakeChunkRecord {
  /** `${takeId}:${index}` */
  id: string;
  takeId: string;
  index: number;
  bytes: ArrayBuffer;
}

/** A person whose voice may be modelled. The device's own person has the id `me`. */
export interface SpeakerProfile {
  id: string;
  name: string;
  /** Recorded consent; null for `me`, who consents by recording, and for others until they gave it. */
  consent: Consent | null;
  /** The voice model in use, by its version; null: none. */
  modelVersion: number | null;
  createdAt: number;
  updatedAt: number;
}

/** What a person said to allow their voice to be modelled. Its sound is a row of `audio`. */
export interface Consent {
  audioId: string;
  /** The sentence that was to be said. */
  text: string;
  language: Lang;
  givenAt: number;
  durationMs: number;
  peaks: number[];
  /** 192 numbers of unit length: who said it. */
  embedding: Float32Array;
  /** Cosine to the centroid of the profile's samples; null while there are none. */
  similarity: number | null;
}

export type SampleStatus = 'pending' | 'processing' | 'completed' | 'failed';
/** How a sample came: a phrase read out, free speech cut at its pauses, a file, a message that was sent. */
export type SampleSource = 'guided' | 'freestyle' | 'file' | 'message';

/** How good a recording is for training. */
export interface SampleQuality {
  /** dB */
  snrDb: number;
  /** Share of samples at full scale, 0…1. */
  clipping: number;
  /** Share of the time with speech, 0…1. */
  speechShare: number;
  /** Level of the speech, dB below full scale. */
  speechDbfs: number;
}

/** What speaks against a recording, in the order in which it is said. */
export type SampleProblem =
  | 'no-speech'
  | 'too-short'
  | 'too-quiet'
  | 'clipped'
  | 'noisy'
  | 'narrow'
  | 'two-voices'
  | 'not-the-phrase'
  | 'other-voice';

/** One recording for training. Its sound is a row of `audio` whose `messageId` is the sample's id. */
export interface VoiceSample {
  id: string;
  speakerProfileId: string;
  source: SampleSource;
  /** The message it was taken from; null for the other sources. */
  messageId: string | null;
  audioId: string;
  /** The file's own name, or the name that a person gave it; empty for a recording. */
  originalName: string;
  mimeType: string;
  sizeBytes: number;
  durationMs: number;
  peaks: number[];
  /** Of the phrase, or as recognised; null while neither is known. */
  language: Lang | null;
  phraseText: string | null;
  phraseCategory: string | null;
  /** What the recogniser heard; null until it has listened. */
  transcript: string | null;
  quality: SampleQuality | null;
  /** The most important first. */
  problems: SampleProblem[];
  /** A person keeps it although something speaks against it. */
  kept: boolean;
  /** How much it counts in the model, 0…1; 0: set aside. */
  weight: number;
  /** 192 numbers of unit length; null until it has been processed. */
  embedding: Float32Array | null;
  embeddingModel: string;
  status: SampleStatus;
  /** How often it was begun without an end; absent: never. One that takes the tab down is not begun for ever. */
  starts?: number;
  /** Why it failed. */
  error: StoredError | null;
  createdAt: number;
  processedAt: number | null;
  /** The origin of the web app that brought it; absent: the person did. */
  host?: string;
}

export type TrainingStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
export type TrainingStep = 'check' | 'embed' | 'outliers' | 'centroid' | 'calibrate' | 'enrol' | 'save';

/** One run that turns samples into a voice model. */
export interface TrainingSession {
  id: string;
  speakerProfileId: string;
  modelType: 'ecapa-tdnn';
  status: TrainingStatus;
  /** 0…1, by work done. */
  progress: number;
  currentStep: TrainingStep;
  /** Done and known in the current step, where it has parts: samples, engines. */
  stepDone: number;
  stepTotal: number;
  sampleCount: number;
  totalDurationMs: number;
  /** 192 numbers of unit length; null until it is known. */
  centroidEmbedding: Float32Array | null;
  intraClassVariance: number | null;
  /** 0…1, calibrated: see `VoiceModel.confidenceScore`. */
  confidenceScore: number | null;
  /** The version that came of it. */
  modelVersion: number | null;
  error: StoredError | null;
  startedAt: number;
  updatedAt: number;
  completedAt: number | null;
  /** Default `trained`. */
  origin?: 'trained' | 'recalibrated';
  /** Engines that could not make anything of the voice; the others did. */
  leftOut?: LeftOut[];
  /** What a run has so far and needs again after a reload; gone when it has ended. */
  work?: TrainingWork;
  /** The origin of the web app that asked for it; absent: the person did. */
  host?: string;
}

/** An engine whose conditioning a voice model lacks, and why. */
export interface LeftOut {
  engine: string;
  error: StoredError;
}

export interface TrainingWork {
  /** How often the current step was begun without an end: a step that takes the tab down is not begun for ever. */
  starts: number;
  /** Recordings of messages, and who spoke in them: 192 numbers of unit length each. */
  recordings: { messageId: string; embedding: Float32Array; durationMs: number }[];
  /** Messages in which nothing was heard. */
  unheard: string[];
  /** What each engine made of the voice, by the engine's name. */
  conditioning: Record<string, unknown>;
}

/** A sample's place in a voice model. */
export interface ModelSample {
  /** A sample's, or `messageRecordingId` of a message's. */
  sampleId: string;
  /** Cosine to the centroid of the others, −1…1. */
  similarity: number;
  /** How much it counted, 0…1. */
  weight: number;
  /** Why it was set aside; null: it was not. */
  setAside: 'outlier' | 'problems' | null;
  /** Of a message's recording, which has no row of its own: 192 numbers of unit length, and how long it was. */
  embedding?: Float32Array;
  durationMs?: number;
}

/** How a version of a voice model came to be. `remade`: from what was left when a recording was deleted. */
export type ModelOrigin = 'trained' | 'created' | 'improved' | 'recalibrated' | 'remade';

/** What synthesis needs of a voice. Every version is kept until it is deleted. */
export interface VoiceModel {
  /** `${speakerProfileId}:${version}` */
  id: string;
  speakerProfileId: string;
  /** From 1. */
  version: number;
  origin: ModelOrigin;
  /** 192 numbers of unit length. */
  centroid: Float32Array;
  /** Which speaker encoder the centroid belongs to. */
  embeddingModel: string;
  /** Mean of 1 − cosine to the centroid over the samples that count. */
  intraClassVariance: number;
  /** What each engine made of the voice, by the engine's name: plain, cloneable values. */
  conditioning: Record<string, unknown>;
  samples: ModelSample[];
  audioCount: number;
  totalDurationMs: number;
  /** 0…1: how much audio there was. */
  qualityScore: number;
  /** 0…1: the calibrated probability that a new clip of this speaker is accepted. It can be low. */
  confidenceScore: number;
  createdAt: number;
  updatedAt: number;
  nextRecalibrationAt: number;
}

/** What the person decided about a web app that has Timbre in it, for longer than a visit. */
export interface HostGrant {
  /** Its origin. */
  id: string;
  /** Allowed always; empty: refused for good. */
  capabilities: readonly Capability[];
  grantedAt: number;
  lastUsedAt: number;
}

export interface SettingRecord {
  /** The setting's name. */
  id: string;
  value: unknown;
}

export interface Tables {
  messages: AudioMessage;
  audio: AudioRecord;
  versions: TranslatedAudioVersion;
  people: Person;
  conversations: Conversation;
  takes: TakeRecord;
  takeChunks: TakeChunkRecord;
  jobs: JobRecord;
  settings: SettingRecord;
  profiles: SpeakerProfile;
  samples: VoiceSample;
  trainings: TrainingSession;
  voiceModels: VoiceModel;
  hosts: HostGrant;
}
export type TableName = keyof Tables;
