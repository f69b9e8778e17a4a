import { getLocale, getTextDirection } from '$lib/paraglide/runtime.js';

/** The interface's language as state: the shell draws itself anew when it changes. */
export const locale = $state({ current: getLocale() });

/** Takes over the language that is stored now, for the page and for assistive technology. */
export function applyLocale(): void {
  locale.current = getLocale();
  document.documentElement.lang = locale.current;
  document.documentElement.dir = getTextDirection();
}
