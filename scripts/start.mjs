/** `npm start`: from a fresh clone to the running app. */
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
await ensureBuilt();
// Only now: the server uses an installed package.
const { serve } = await import('./serve.mjs');
await serve();
