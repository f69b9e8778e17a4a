/**
 * What a screen reader is told. One polite and one assertive region exist on every page (in the
 * shell) and in every open dialog, because a modal dialog silences what is outside it. Each
 * announcement is a line of its own, so that the same words can be said twice.
 */
export type Urgency = 'polite' | 'assertive';

/** Lines stay long enough to be read by slow speech, and never pile up. */
const KEEP_MS = 15_000;
/** The last one stands in what was opened last. */
const regions: Record<Urgency, HTMLElement[]> = { polite: [], assertive: [] };

/** For the shell and dialogs: says which element is a region. */
export function liveRegion(urgency: Urgency) {
  return (element: HTMLElement) => {
    regions[urgency].push(element);
    return () => {
      regions[urgency] = regions[urgency].filter((each) => each !== element);
    };
  };
}

/**
 * Says a sentence. Polite for what is going on; assertive for failures alone, with what was kept and
 * the next step.
 */
export function announce(text: string, urgency: Urgency = 'polite'): void {
  // Not at once: a dialog that is closed in the same breath takes its regions along.
  setTimeout(() => {
    const region = regions[urgency].findLast(canBeHeard);
    if (!region) return;
    const line = document.createElement('p');
    line.textContent = text;
    region.append(line);
    setTimeout(() => line.remove(), KEEP_MS);
  });
}

function canBeHeard(region: HTMLElement): boolean {
  return region.isConnected && region.closest('dialog')?.open !== false;
}
