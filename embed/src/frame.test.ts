import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createFrame, type FrameSettings } from './frame';

/** What of an element is used; the page has the focus as a browser would. */
class FakeElement {
  readonly style: Record<string, string> = {};
  readonly attributes = new Map<string, string>();
  readonly scrollIntoView = vi.fn();
  readonly children: FakeElement[] = [];
  parent: FakeElement | null = null;
  tabIndex = 0;
  title = '';
  allow = '';
  src = '';
  constructor(readonly ownerDocument: FakeDocument) {}

  get contentWindow() {
    return this.parent ? this.window : null;
  }
  private readonly window = {};
  append(child: FakeElement) {
    this.children.push(child);
    child.parent = this;
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  focus() {
    this.ownerDocument.activeElement = this;
  }
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value);
  }
  removeAttribute(name: string) {
    this.attributes.delete(name);
  }
}

class FakeDocument {
  activeElement: FakeElement | null = null;
  createElement() {
    return new FakeElement(this);
  }
}

let page: FakeDocument;
let container: FakeElement;
beforeEach(() => {
  page = new FakeDocument();
  container = new FakeElement(page);
});

function create(given: Partial<FrameSettings> = {}) {
  const settings = { href: 'https://timbre.example/embed', title: 'Timbre', visible: false, ...given };
  const frame = createFrame(container as unknown as Element, settings);
  const [element] = container.children;
  if (!element) throw new Error('there is no frame');
  return { frame, element };
}

test('has what it may use, its name and its address', () => {
  const { frame, element } = create({ title: 'Voice messages' });
  expect(element).toMatchObject({
    allow: 'microphone; autoplay; screen-wake-lock; cross-origin-isolated',
    title: 'Voice messages',
    src: 'https://timbre.example/embed'
  });
  expect(frame.window).toBe(element.contentWindow);
  frame.remove();
  expect(container.children).toEqual([]);
  expect(frame.window).toBeNull();
});

describe('with nothing to see', () => {
  test('it is in view, one pixel large, and out of the way of keyboard and screen reader', () => {
    const { element } = create();
    expect(element.style).toMatchObject({ display: 'block', position: 'fixed', width: '1px', opacity: '0' });
    expect(element.tabIndex).toBe(-1);
    expect(element.attributes.get('aria-hidden')).toBe('true');
  });

  test('the sheet is shown in the container, scrolled to, and hidden again; the focus goes back', () => {
    const { frame, element } = create();
    const button = new FakeElement(page);
    button.focus();
    frame.setLayout({ heightPx: 419.2, sheet: true });
    expect(element.style).toMatchObject({ position: '', width: '100%', height: '420px', opacity: '' });
    expect(element.attributes.has('aria-hidden')).toBe(false);
    expect(element.scrollIntoView).toHaveBeenCalledOnce();
    element.focus();
    frame.setLayout({ heightPx: 440, sheet: true });
    expect(element.style.height).toBe('440px');
    // It has grown, perhaps out of view.
    expect(element.scrollIntoView).toHaveBeenCalledTimes(2);
    frame.setLayout({ heightPx: 430, sheet: true });
    expect(element.scrollIntoView).toHaveBeenCalledTimes(2);
    frame.setLayout({ heightPx: 0, sheet: false });
    expect(element.style).toMatchObject({ position: 'fixed', height: '1px', opacity: '0' });
    expect(page.activeElement).toBe(button);
  });

  test('the focus stays where the person took it meanwhile', () => {
    const { frame } = create();
    new FakeElement(page).focus();
    frame.setLayout({ heightPx: 400, sheet: true });
    const elsewhere = new FakeElement(page);
    elsewhere.focus();
    frame.setLayout({ heightPx: 0, sheet: false });
    expect(page.activeElement).toBe(elsewhere);
  });
});

describe('visible', () => {
  test('it is as high as it would like to be', () => {
    const { frame, element } = create({ visible: true });
    expect(element.style).toMatchObject({ width: '100%', height: '160px' });
    frame.setLayout({ heightPx: 220, sheet: false });
    expect(element.style.height).toBe('220px');
    for (const heightPx of [NaN, -5, Infinity]) frame.setLayout({ heightPx, sheet: false });
    expect(element.style.height).toBe('220px');
    frame.setLayout({ heightPx: 1e9, sheet: false });
    expect(element.style.height).toBe('10000px');
  });

  test('it can become so, and cease to be', () => {
    const { frame, element } = create();
    frame.setVisible(true);
    expect(element.style.position).toBe('');
    frame.setVisible(false);
    expect(element.style.position).toBe('fixed');
  });
});
