import { tick } from 'svelte';

/**
 * Before something in `box` changes: should what has the focus go with the change, what `next` finds gets it, and a
 * keyboard isn't thrown back to the beginning of the page. For `$effect.pre`.
 */
export function keepFocus(box: HTMLElement | undefined, next: () => HTMLElement | null | undefined): void {
  if (!box?.contains(document.activeElement)) return;
  void tick().then(() => {
    const at = document.activeElement;
    if (at === document.body || at === box) next()?.focus();
  });
}
