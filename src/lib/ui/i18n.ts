/**
 * The message catalogue: `m.some_key()` gives the sentence in the person's language. Sentences live in
 * `messages/en.json` and `messages/fr.json`; a key that is missing fails the types and a test.
 */
import { setLocale as storeLocale } from '$lib/paraglide/runtime.js';
import { applyLocale } from './locale.svelte';

export { m } from '$lib/paraglide/messages.js';
export { getLocale, locales, type Locale } from '$lib/paraglide/runtime.js';
export { applyLocale, locale } from './locale.svelte';

/** Changes the interface's language at once and for later visits, without reloading the page. */
export async function setLocale(next: Parameters<typeof storeLocale>[0]): Promise<void> {
  await storeLocale(next, { reload: false });
  applyLocale();
}
