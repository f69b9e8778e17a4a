/**
 * The model library, as pages use it: installing, checking, deleting and exchanging full-size models. The work
 * is done in workers/library; engines read an installed model's files below `${modelBase}hub/<repo>/`.
 */
export { createModelLibrary, PUBLIC_HUB, type LibraryOptions } from './library';
export { createModelShelf } from './engineShelf';
export { canPickFolders, droppedIn, pickedIn, sorted } from './disk';
export { installedOf } from './installed';
export { checkMirror, type MirrorVerdict } from './mirror';
export { allowedSources } from './policy';
export { browserVersion, markOf, setAsideIn, withoutBrowser } from './setAside';
export { DEVICE_SETTINGS, wantedDevices, type DeviceSetting } from './stageDevices';
export { nameOf, storedVariant, tight, unfit, variantFor, wantedModel, type Unfit } from './wanted';
export {
  Models,
  openModels,
  type Import,
  type LicenceQuestion,
  type ModelsOptions,
  type ModelTask,
  type Told
} from './models.svelte';
export type {
  InstallOptions,
  LibraryEventMap,
  ModelKey,
  ModelLibrary,
  PickedFile,
  PickedModel,
  TaskName,
  TaskOptions
} from './types';
export type {
  LibraryEntry,
  LibraryProgress,
  Manifest,
  UpdateReport,
  Usage,
  VerifyReport,
  WantedFile,
  WantedModel
} from '$workers/library';
