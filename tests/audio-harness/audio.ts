import * as audio from '../../src/lib/audio';

declare global {
  interface Window {
    timbreAudio: typeof audio;
    /** Longest the page could not answer since it was last set to 0, in milliseconds. */
    longestBlockMs: number;
  }
}

window.timbreAudio = audio;
window.longestBlockMs = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  window.longestBlockMs = Math.max(window.longestBlockMs, now - last);
  last = now;
}, 5);
