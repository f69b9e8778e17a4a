import { powerToDbfs } from '../../energy';
import type { AudioLevel } from '../types';

/** Between two reports. The window below is longer, so that no sample goes unseen. */
const REPORT_EVERY_MS = 30;
/** 43 ms at 48 kHz. */
const WINDOW_SAMPLES = 2048;
const CLIP_LEVEL = 0.985;

/** Level of a block of samples, −1…1. */
export function levelOf(samples: Float32Array): AudioLevel {
  let energy = 0;
  let peak = 0;
  for (const sample of samples) {
    energy += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return {
    rmsDbfs: powerToDbfs(samples.length > 0 ? energy / samples.length : 0),
    peakDbfs: powerToDbfs(peak * peak),
    clipped: peak >= CLIP_LEVEL
  };
}

/** Reports the stream's level about 33 times a second. @returns how to end it. */
export function startMeter(
  context: AudioContext,
  stream: MediaStream,
  onLevel: (level: AudioLevel) => void
): () => void {
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW_SAMPLES;
  const source = context.createMediaStreamSource(stream);
  source.connect(analyser);
  const samples = new Float32Array(WINDOW_SAMPLES);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(levelOf(samples));
  }, REPORT_EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}
