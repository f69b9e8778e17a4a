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

interface Countdown {
  leftMs: number;
  /** When it last began to run, and its timer; null while it is held. */
  running: { since: number; timer: ReturnType<typeof setTimeout> } | null;
}

/** Short messages at the edge of the screen. Never the only place of something a person needs later. */
class Toasts {
  list = $state<Toast[]>([]);
  #next = 1;
  /** Here and not in what draws them: a notice is drawn anew where a dialog opens or closes, and its time goes on. */
  #countdowns = new Map<number, Countdown>();

  /** @returns an id for `dismiss` */
  show(options: ToastOptions): number {
    const toast = { ...options, id: this.#next++ };
    this.list.push(toast);
    announce(options.text, options.tone === 'attention' ? 'assertive' : 'polite');
    const leftMs = lifetimeMs(toast);
    if (leftMs !== null) this.#countdowns.set(toast.id, { leftMs, running: null });
    this.release(toast.id);
    return toast.id;
  }

  dismiss(id: number): void {
    this.hold(id);
    this.#countdowns.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** Its time stands still. */
  hold(id: number): void {
    const countdown = this.#countdowns.get(id);
    if (!countdown?.running) return;
    clearTimeout(countdown.running.timer);
    countdown.leftMs -= performance.now() - countdown.running.since;
    countdown.running = null;
  }

  /** Its time goes on. */
  release(id: number): void {
    const countdown = this.#countdowns.get(id);
    if (!countdown || countdown.running) return;
    const timer = setTimeout(() => this.dismiss(id), Math.max(0, countdown.leftMs));
    countdown.running = { since: performance.now(), timer };
  }
}

export const toasts = new Toasts();

/** How long a toast stays, in ms; null for ever. */
function lifetimeMs(toast: ToastOptions): number | null {
  if (toast.durationMs !== undefined) return toast.durationMs;
  return toast.action ? 10_000 : 6_000;
}
