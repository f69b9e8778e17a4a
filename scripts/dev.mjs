/** `npm run dev`: the app with changes shown as they are saved. */
import { ensureInstalled } from './lib/install.mjs';
import { runBin } from './lib/run.mjs';

await ensureInstalled();
process.exit(await runBin('vite', ['dev', ...process.argv.slice(2)]));
