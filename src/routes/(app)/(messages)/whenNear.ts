import type { Attachment } from 'svelte/attachments';

/** Somebody who scrolls meets what comes without waiting for it. */
const AHEAD = '600px';

/** Calls whenever the element comes near to what is seen. */
export function whenNear(call: () => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        // As it is now, whatever it was since the last time.
        if (entries.at(-1)?.isIntersecting) call();
      },
      { root: element.closest('.scroll'), rootMargin: `${AHEAD} 0px 0px` }
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
