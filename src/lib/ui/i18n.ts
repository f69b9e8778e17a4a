/**
 * The interface's language. Its sentences live in `messages/en.json` and `messages/fr.json`: `m.some_key()` after
 * `import * as m from '$lib/paraglide/messages.js'`. They are no part of this door: handed on as a value, all of them
 * would be in the first page; so each page brings its own. A key that is missing fails the types and a test.
 */
import {
  getLocale as readLocale,
  locales,
  overwriteGetLocale,
  setLocale as storeLocale
} from '$lib/paraglide/runtime.js';
import { applyLocale, locale } from './locale.svelte';

export { getLocale, locales, type Locale } from '$lib/paraglide/runtime.js';
export { applyLocale, locale } from './locale.svelte';

/** Changes the interface's language at once and for later visits, without reloading the page. */
export async function setLocale(next: Parameters<typeof storeLocale>[0]): Promise<void> {
  await storeLocale(next, { reload: false });
  applyLocale();
}

/** What the person chose, or the browser says: as it was before anything was shown for a while. */
const ownLocale = readLocale;

/**
 * Shows the interface in another language for as long as this page lives, and stores nothing.
 * @param tag e.g. `fr-CA`; one that isn't here, or none: the person's own again.
 */
export function showLocale(tag?: string): void {
  const language = tag?.toLowerCase().split(/[-_]/)[0];
  const shown = locales.find((each) => each === language);
  overwriteGetLocale(shown ? () => shown : ownLocale);
  if (readLocale() !== locale.current) applyLocale();
}
