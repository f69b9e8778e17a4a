import { Workbox } from 'workbox-window';
import type { FromWorker, ToWorker } from './protocol';
import { askForDaily, type SyncRegistration } from './daily';
import { offline } from './state.svelte';

/** Large files begin to be stored at the first touch or key, or after this long without one. */
const CALM_MS = 10_000;
const CHECK_FOR_UPDATE_MS = 60 * 60 * 1000;

export interface OfflineHandlers {
  /** A new version waits. `use` switches to it and loads the page anew: call it when nothing is under way. */
  onUpdate: (use: () => void) => void;
  /** Once a day, where the browser can: for what is due. */
  onDaily: () => void;
}

function send(message: ToWorker): void {
  navigator.serviceWorker.controller?.postMessage(message);
}

/** Asks the service worker to store what is missing for offline use. */
export function storeForOffline(): void {
  send({ type: 'offline-fill' });
}

function receive(message: FromWorker, onDaily: () => void): void {
  if (message.type === 'offline-status') {
    const { state, storedBytes, totalBytes } = message;
    offline.readiness = { state, storedBytes, totalBytes };
  } else if (message.type === 'requests') {
    offline.requests = { day: message.day, counts: message.counts };
  } else onDaily();
}

/** What the page loaded without the service worker between: on the first visit, everything. */
function uncounted(): string[] {
  const entries = [
    ...performance.getEntriesByType('navigation'),
    ...performance.getEntriesByType('resource')
  ];
  return entries
    .filter((entry) => entry instanceof PerformanceResourceTiming && entry.workerStart === 0)
    .map((entry) => entry.name);
}

/** Resolves at the first sign of a person, or after a calm while. */
function firstInteraction(): Promise<void> {
  return new Promise((done) => {
    const options = { once: true, passive: true, capture: true };
    for (const type of ['pointerdown', 'keydown', 'drop']) addEventListener(type, () => done(), options);
    setTimeout(done, CALM_MS);
  });
}

const savesData = () =>
  'connection' in navigator && (navigator.connection as { saveData?: boolean }).saveData === true;

/**
 * Registers the service worker. Call once, from the shell.
 * @param scriptUrl of the service worker
 */
export async function startOffline(scriptUrl: string, { onUpdate, onDaily }: OfflineHandlers): Promise<void> {
  if (!('serviceWorker' in navigator)) {
    offline.readiness = 'unsupported';
    return;
  }
  navigator.serviceWorker.addEventListener('message', (event) => receive(event.data as FromWorker, onDaily));

  const workbox = new Workbox(scriptUrl);
  workbox.addEventListener('waiting', () =>
    onUpdate(() => {
      // Only the page on which it was accepted loads anew; others go on with the version they have.
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      workbox.messageSkipWaiting();
    })
  );
  try {
    await workbox.register();
  } catch (error) {
    // A private window, or a host without HTTPS: the app works, but not offline.
    console.warn('The service worker could not be registered.', error);
    offline.readiness = 'unsupported';
    return;
  }
  setInterval(() => {
    if (navigator.onLine) void workbox.update().catch(() => undefined);
  }, CHECK_FOR_UPDATE_MS);

  await controlled();
  void askForDaily((await navigator.serviceWorker.ready) as SyncRegistration, navigator.permissions);
  send({ type: 'requests-before', urls: uncounted() });
  send({ type: 'requests' });
  send({ type: 'offline-status' });
  if (savesData()) return;
  await firstInteraction();
  storeForOffline();
}

/**
 * Resolves once the service worker answers for this page. A page that was loading just as the worker became
 * active, a reload in the first seconds of a first visit, was not there to be claimed: it asks to be.
 */
async function controlled(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return;
  const change = new Promise<void>((done) => {
    serviceWorker.addEventListener('controllerchange', () => done(), { once: true });
  });
  const { active } = await serviceWorker.ready;
  const message: ToWorker = { type: 'claim' };
  active?.postMessage(message);
  await change;
}
