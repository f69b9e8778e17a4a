/**
 * What all of Pocket TTS's graphs agree on. Names, shapes and types are those of alfredomariamilano/pocket-tts-onnx-export
 * (its validation report lists them all); the numbers are kyutai-labs/pocket-tts's, b6369a24.yaml and default_parameters.py.
 */

export const RATE_HZ = 24_000;
export const FRAMES_A_SECOND = 12.5;
/** Samples of a frame. */
export const FRAME = 1920;
/** Numbers of a frame: its latent. */
export const LATENT = 32;
