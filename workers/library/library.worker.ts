/** The library's worker: fetches, checks and keeps models. */
import { expose } from 'comlink';
import { keepErrorCodes } from '../wire';
import { libraryApi } from './api';
import { realClock } from '../clock';
import { DEFAULT_LIMITS, type Net } from './http';
import { createHub } from './hub';
import { openStore } from './openStore';

/** Files fetched at once: more only share the same line. */
const PARALLEL = 3;

const net: Net = {
  fetch: globalThis.fetch,
  clock: realClock,
  random: Math.random,
  limits: DEFAULT_LIMITS
};

keepErrorCodes();
expose(
  libraryApi(async ({ baseUrl }) => ({
    store: await openStore(),
    hub: createHub(baseUrl, net),
    net,
    clock: realClock,
    // Where the browser refuses the question, a full disk is only known when it is full.
    estimate: () => navigator.storage.estimate().catch(() => undefined),
    conditional: (url) => new URL(url).origin === self.location.origin,
    parallel: PARALLEL
  }))
);
