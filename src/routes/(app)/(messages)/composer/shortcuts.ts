/** What a key means in a conversation, outside text fields and what has a use for it. */
export type Shortcut = 'record' | 'space' | 'pause';

/** Single-key shortcuts that a person can switch off, by the names in the setting `shortcutsOff`. */
export const SHORTCUTS = ['r', 'space'] as const;

const FIELDS = 'input, textarea, select, [contenteditable], dialog';
/** Space presses these itself. */
const PRESSED_BY_SPACE = 'button, a, summary, [role=slider], [role=tab], article';

export function shortcutOf(
  event: Pick<
    KeyboardEvent,
    'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'repeat' | 'target' | 'defaultPrevented'
  >,
  off: readonly string[]
): Shortcut | null {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.repeat) return null;
  const within = (selector: string) =>
    event.target instanceof Element && event.target.closest(selector) !== null;
  if (within(FIELDS)) return null;
  if (event.key === 'Escape') return 'pause';
  if (event.key.toLowerCase() === 'r' && !off.includes('r')) return 'record';
  if (event.key === ' ' && !off.includes('space') && !within(PRESSED_BY_SPACE)) return 'space';
  return null;
}
