/** Where it begins to speak against a recording. Louder, longer and cleaner than the recorder's own verdict asks. */
import { CALIBRATION } from '../training/calibration';

export const SAMPLE_LIMITS = {
  /** Less speech than this, in milliseconds, says little of a voice. */
  minSpeechMs: 1500,
  /** Speech below this is too quiet, dB below full scale. */
  minSpeechDbfs: -40,
  maxClippingShare: 0.01,
  minSnrDb: 15,
  /** A file with fewer numbers a second has less of a voice than a telephone of today lets through. */
  minRateHz: 12_000
} as const;

/**
 * A recording whose pieces are less alike than this, in the mean, has two people in it (docs/voice-models.md says how
 * often that is right).
 */
export const ONE_VOICE_COSINE = 0.24;

/**
 * A recording whose cosine to the voice's other recordings is below this is another voice's: where the starter
 * encoder's two errors are equal. Encoders of the same family put it at much the same place.
 */
export const SAME_VOICE_COSINE: number = CALIBRATION.threshold;

/** With fewer others there is no saying which of them is the odd one. */
export const LEAST_OTHERS = 2;

/** Beginnings of one sample without an end after which the sample itself is taken to bring the tab down. */
export const MOST_STARTS = 2;

/** Shorter pieces of free speech say little, longer ones hold too many moods. In milliseconds. */
export const PIECE_MS = { least: 2000, most: 12_000 } as const;
