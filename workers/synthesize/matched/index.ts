/** The base voice fitted to a person: its conditioning, and how it speaks. */
export { BANDS, bandLevels, bandStatistics, type BandLevels, type BandStatistics } from './bands';
export { shapeBetween, type Shape } from './shape';
export {
  FORMANT_GROUPS,
  readMatchedVoice,
  TUNING_BOUNDS,
  type Bounds,
  type MatchedVoice
} from './conditioning';
export { matchedBase } from './matchedBase';
