/** Between the app and the network: offline first, isolated, counted. */
import { DAILY_TAG, type ToWorker } from '$lib/offline/protocol';
import { fill, largeFile, tellReadiness } from './largeFiles';
import { broadcast } from './messages';
import { count, counter, request } from './network';
import { pathInApp, worker } from './scope';
import { isShare, receiveShare } from './shareTarget';
import { dropOldShells, shellFile, shellPage, storeShell } from './shell';

worker.addEventListener('install', (event) => event.waitUntil(storeShell()));

worker.addEventListener('activate', (event) =>
  event.waitUntil(dropOldShells().then(() => worker.clients.claim()))
);

worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return;
  const path = pathInApp(url);
  event.respondWith(
    (async () => {
      if (path === null) return request(event.request);
      if (isShare(event.request, path)) return receiveShare(event.request);
      if (event.request.method !== 'GET') return request(event.request);
      if (event.request.mode === 'navigate' && !/\.\w+$/.test(path)) return shellPage(event.request, path);
      return (
        (await shellFile(event.request, path)) ??
        (await largeFile(event.request, path, (work) => event.waitUntil(work))) ??
        (await request(event.request))
      );
    })()
  );
});

worker.addEventListener('periodicsync', (event) => {
  const { tag } = event as ExtendableEvent & { tag: string };
  if (tag === DAILY_TAG) (event as ExtendableEvent).waitUntil(broadcast({ type: 'daily' }));
});

worker.addEventListener('message', (event) => {
  const message = event.data as ToWorker;
  const answer = async () => {
    switch (message.type) {
      case 'SKIP_WAITING':
        return worker.skipWaiting();
      case 'claim':
        return worker.clients.claim();
      case 'offline-status':
        return tellReadiness();
      case 'offline-fill':
        return fill();
      case 'requests':
        return broadcast({ type: 'requests', ...(await counter.read()) });
      case 'requests-before':
        return count(message.urls.map((url) => ({ url, sent: false })));
    }
  };
  event.waitUntil(answer());
});
