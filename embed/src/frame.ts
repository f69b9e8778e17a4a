import type { FrameEvents } from './protocol';

/** What of the frame's window is used. */
export type FrameWindow = Pick<Window, 'postMessage'>;

/** The element with Timbre in it. */
export interface Frame {
  /** Null: it is not in the page. */
  readonly window: FrameWindow | null;
  setVisible(visible: boolean): void;
  setLayout(layout: FrameEvents['layout']): void;
  remove(): void;
}

export interface FrameSettings {
  href: string;
  title: string;
  visible: boolean;
}

/** The screen stays on while a person records: a phone that locks itself would end it. */
const ALLOW = 'microphone; autoplay; screen-wake-lock; cross-origin-isolated';
/** Until the frame says how high it would like to be. */
const FIRST_HEIGHT_PX = 160;
const MOST_HEIGHT_PX = 10_000;

/** In view and too small to be seen: browsers slow down what is out of view, or stop it. */
const HIDDEN = {
  position: 'fixed',
  bottom: '0',
  left: '0',
  width: '1px',
  height: '1px',
  opacity: '0',
  pointerEvents: 'none'
};
const SHOWN = { position: '', bottom: '', left: '', width: '100%', opacity: '', pointerEvents: '' };

/** Styles are set one by one, which a host's content security policy allows. */
export function createFrame(container: Element, { href, title, visible }: FrameSettings): Frame {
  const page = container.ownerDocument;
  const element = page.createElement('iframe');
  let isVisible = visible;
  let heightPx = FIRST_HEIGHT_PX;
  let sheet = false;
  /** What had the focus when the sheet was opened. */
  let focused: Element | null = null;

  function draw() {
    const isShown = isVisible || sheet;
    Object.assign(element.style, isShown ? { ...SHOWN, height: `${heightPx}px` } : HIDDEN);
    element.tabIndex = isShown ? 0 : -1;
    if (isShown) element.removeAttribute('aria-hidden');
    else element.setAttribute('aria-hidden', 'true');
  }

  /** The focus goes back to where it was, if the frame had it. */
  function giveFocusBack() {
    const hadIt = page.activeElement === element;
    if (hadIt && focused && 'focus' in focused && typeof focused.focus === 'function') focused.focus();
    focused = null;
  }

  Object.assign(element, { title, allow: ALLOW, src: href });
  // The system's scheme, as the page in the frame has it: with another than its own, browsers fill it with a colour.
  Object.assign(element.style, { display: 'block', border: '0', colorScheme: 'light dark' });
  draw();
  container.append(element);

  return {
    get window() {
      return element.contentWindow;
    },
    setVisible(visible) {
      isVisible = visible;
      draw();
    },
    setLayout(layout) {
      const opened = layout.sheet && !sheet;
      const closed = !layout.sheet && sheet;
      if (opened) focused = page.activeElement;
      sheet = layout.sheet;
      const before = heightPx;
      if (Number.isFinite(layout.heightPx) && layout.heightPx > 0)
        heightPx = Math.min(MOST_HEIGHT_PX, Math.ceil(layout.heightPx));
      if (closed) giveFocusBack();
      draw();
      // It says that it is open before it knows how high it is.
      if (opened || (sheet && heightPx > before)) element.scrollIntoView({ block: 'nearest' });
    },
    remove() {
      giveFocusBack();
      element.remove();
    }
  };
}
