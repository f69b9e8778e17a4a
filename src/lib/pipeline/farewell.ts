import type { Farewell } from './types';

/** One note is enough: over all tabs, one message is worked on at a time. */
const NOTE = 'timbre-left';

/** What of the page is used. */
export interface FarewellPage {
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  /** Written at once: the tables don't answer any more when a page goes. */
  notes: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}

/** The page's `pagehide`, which comes when a person closes it or goes elsewhere, and not when it goes down. */
export function browserFarewell(page: FarewellPage | null = here()): Farewell {
  if (!page) return { watch: () => () => {}, take: () => false };
  const { target, notes } = page;
  return {
    watch(messageId) {
      const leave = () => notes.setItem(NOTE, messageId);
      // Only put aside, and taken out again: the work goes on.
      const back = () => notes.removeItem(NOTE);
      target.addEventListener('pagehide', leave);
      target.addEventListener('pageshow', back);
      return () => {
        target.removeEventListener('pagehide', leave);
        target.removeEventListener('pageshow', back);
      };
    },
    take(messageId) {
      if (notes.getItem(NOTE) !== messageId) return false;
      notes.removeItem(NOTE);
      return true;
    }
  };
}

/** Null: a browser that keeps no notes; each beginning of a step then counts. */
function here(): FarewellPage | null {
  try {
    return typeof localStorage === 'undefined' ? null : { target: globalThis, notes: localStorage };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'SecurityError') return null;
    throw error;
  }
}
