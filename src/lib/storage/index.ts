/**
 * What is kept on this device: messages, sound, people, recordings under way, jobs, settings.
 * A full disk is a state (`Storage.state`), never a lost message: what finds no room stays in memory.
 */
export { createStorage, deleteStorage, openStorage, type Storage, type StorageOptions } from './storage';
export { Store, type Live, type Reader, type Unit } from './store';
export { AudioFiles, audioRecord, blobOf, soundRecord, type Kept, type SoundFile } from './audioFiles';
export { ACTIVE_STATES, activeJobs } from './jobs';
export { isMessageRecording, messageRecordingId, removedSamples } from './modelSamples';
export { isOnDisk, isWhole, sweepTakes, unsentTakes } from './takes';
export { refuseTooLarge } from './refuseTooLarge';
export { SettingsStore } from './settings';
export { DEFAULT_SETTINGS, type SettingName, type Settings } from './settingsSchema';
export { type StorageManagerLike, type StorageState } from './state';
export { asStorageError, coded, isQuotaError, storedError } from './errors';
export { createDatabase, MIGRATIONS, type Migration, type TimbreDatabase } from './schema';
export { fold, wordsOf } from './words';
export { ME } from './records';
export type * from './records';
