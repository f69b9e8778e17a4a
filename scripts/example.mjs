/**
 * `npm run example`: the app on http://localhost:4173 and, on an origin of another site, the chat of another company
 * that has it inside (embed/example). PORT and HOST_PORT (4174) change the ports; ISOLATED=1 gives the chat the headers
 * with which the frame may use threads.
 */
import { ensureBuilt } from './lib/build.mjs';
import { serveExample } from './lib/example-host.mjs';
import { ensureInstalled } from './lib/install.mjs';

await ensureInstalled();
await ensureBuilt();
// Only now: the server uses an installed package.
const { serve } = await import('./serve.mjs');
await serve();
const port = Number(process.env.HOST_PORT ?? 4174);
try {
  const { url } = await serveExample({
    app: `http://localhost:${process.env.PORT ?? 4173}`,
    port,
    isolated: process.env.ISOLATED === '1'
  });
  console.log(`Harbour Vets, with Timbre inside, is at ${url}`);
} catch (error) {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use. Choose another: HOST_PORT=${port + 1} npm run example`
      : `The example could not start: ${error.message}`
  );
  process.exit(1);
}
