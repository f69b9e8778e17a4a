/**
 * A group of buttons as one tab stop: arrows, Home and End move the focus (and turn with the script's
 * direction). Attach to the group; its buttons carry `tabindex` 0 for the current one and -1 else.
 * @param selector of what takes part
 */
export function roving(selector: string) {
  return (group: HTMLElement) => {
    const onkeydown = (event: KeyboardEvent) => {
      const items = [...group.querySelectorAll<HTMLElement>(selector)];
      const at = items.findIndex((item) => item === document.activeElement);
      if (at < 0 || items.length === 0) return;
      const forward = getComputedStyle(group).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
      const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
      const to: Record<string, number> = {
        [forward]: (at + 1) % items.length,
        [back]: (at - 1 + items.length) % items.length,
        Home: 0,
        End: items.length - 1
      };
      const next = to[event.key];
      if (next === undefined) return;
      event.preventDefault();
      // A press on the one that is current means more than going there.
      if (next === at) return;
      items[next]?.focus();
      items[next]?.click();
    };
    group.addEventListener('keydown', onkeydown);
    return () => group.removeEventListener('keydown', onkeydown);
  };
}
