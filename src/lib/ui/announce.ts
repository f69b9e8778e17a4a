/**
 * What a screen reader is told. One polite and one assertive region exist on every page (in the
 * shell); each announcement is a line of its own, so that the same words can be said twice.
 */
export type Urgency = 'polite' | 'assertive';

/** Lines stay long enough to be read by slow speech, and never pile up. */
const KEEP_MS = 15_000;
const regions: Partial<Record<Urgency, HTMLElement>> = {};

/** For the shell: says which element is the region. */
export function liveRegion(urgency: Urgency) {
  return (element: HTMLElement) => {
    regions[urgency] = element;
    return () => {
      if (regions[urgency] === element) delete regions[urgency];
    };
  };
}

/**
 * Says a sentence. Polite for what is going on; assertive for failures alone, with what was kept and
 * the next step.
 */
export function announce(text: string, urgency: Urgency = 'polite'): void {
  const region = regions[urgency];
  if (!region) return;
  const line = document.createElement('p');
  line.textContent = text;
  region.append(line);
  setTimeout(() => line.remove(), KEEP_MS);
}
