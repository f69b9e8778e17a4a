import { announce } from './announce';

export interface ToastOptions {
  text: string;
  /** `attention` for a failure: amber, with an icon, announced at once. */
  tone?: 'plain' | 'attention';
  action?: { label: string; run: () => void };
  /** Until it goes by itself; null keeps it until it is closed. 6 s, or 10 s with an action. */
  durationMs?: number | null;
}

export interface Toast extends ToastOptions {
  id: number;
}

/** Short messages at the edge of the screen. Never the only place of something a person needs later. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;

  /** @returns an id for `dismiss` */
  show(options: ToastOptions): number {
    const toast = { ...options, id: this.#next++ };
    this.list.push(toast);
    announce(options.text, options.tone === 'attention' ? 'assertive' : 'polite');
    return toast.id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

/** How long a toast stays, in ms; null for ever. */
export function lifetimeMs(toast: ToastOptions): number | null {
  if (toast.durationMs !== undefined) return toast.durationMs;
  return toast.action ? 10_000 : 6_000;
}
