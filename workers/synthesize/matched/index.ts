/** The base voice fitted to a person: its conditioning, and how it speaks. */
export { BANDS, bandLevels, bandStatistics, type BandLevels, type BandStatistics } from './bands';
export { shapeBetween, type Shape } from './shape';
export { envelopesOf, TERMS, type Envelopes } from './envelope';
export {
  envelopeShapeBetween,
  envelopeStatistics,
  type EnvelopeShape,
  type EnvelopeStatistics
} from './carry';
export { pitchRange, pitchTrack, type PitchRange, type PitchTrack } from './pitch';
export {
  FORMANT_GROUPS,
  readMatchedVoice,
  TUNING_BOUNDS,
  type Bounds,
  type MatchedVoice
} from './conditioning';
export { matchedBase } from './matchedBase';
