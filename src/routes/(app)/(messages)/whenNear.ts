import type { Attachment } from 'svelte/attachments';

/** Somebody who scrolls meets what comes without waiting for it. */
const AHEAD = '600px';

/** Calls whenever the element comes near to what is seen. */
export function whenNear(call: () => void): Attachment<HTMLElement> {
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) call();
      },
      { root: element.closest('.scroll'), rootMargin: `${AHEAD} 0px 0px` }
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
