import { base } from '$app/paths';
import { deleteSpace, openApp, openSpace } from '$lib/app';
import type { EmbedDeps } from './deps';

/** What the frame's side works with in a page. @param other whom the talk is with. */
export function browserDeps(other: Window | null): EmbedDeps {
  const audio = () => import('$lib/audio');
  return {
    page: {
      origin: location.origin,
      other,
      onMessage: (listener) => listen('message', listener),
      onLeave: (listener) => listen('pagehide', listener),
      openWindow: () =>
        open(new URL(`${base}/embed/window`, location.origin), '_blank', 'popup,width=440,height=680')
    },
    hosts: __EMBED_HOSTS__,
    openApp,
    openSpace,
    deleteSpace,
    sound: {
      decode: async (blob, options) => (await audio()).decodeAudio(blob, options),
      encode: async (sound, format, tags, options) =>
        (await audio()).encodeAudio(sound, format, tags, options),
      speechComment: async (language, spokenAs) => (await audio()).aiSpeechComment(language, spokenAs)
    },
    now: () => Date.now(),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    }
  };
}

function listen<E extends 'message' | 'pagehide'>(
  name: E,
  listener: (event: WindowEventMap[E]) => void
): () => void {
  addEventListener(name, listener);
  return () => removeEventListener(name, listener);
}
