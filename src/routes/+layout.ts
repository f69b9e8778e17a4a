import { applyLocale } from '$lib/ui';

/** The app lives in the browser alone: storage, audio and models exist nowhere else. */
export const ssr = false;

/** Before anything is drawn: the page's language and direction. */
export function load() {
  applyLocale();
}
