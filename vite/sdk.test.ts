import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sdk } from './sdk';

const SLOW_MS = 60_000;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'timbre-app-'));
  writeFileSync(join(root, 'app.js'), 'console.log(1);');
});
afterAll(() => rmSync(root, { recursive: true }));

const app = () => ({
  root,
  configFile: false as const,
  logLevel: 'error' as const,
  base: '/voices/',
  plugins: [sdk()]
});

test(
  'a build has the SDK below a name without a hash; a build for a server has none',
  { timeout: SLOW_MS },
  async () => {
    const files = async (ssr: boolean) => {
      const options = { write: false, ssr, rolldownOptions: { input: join(root, 'app.js') } };
      const built = await build({ ...app(), build: options });
      return [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    };
    const script = (await files(false)).find(({ fileName }) => fileName === 'embed/timbre.js');
    expect(script?.type === 'asset' && String(script.source)).toContain('createTimbre');
    expect((await files(true)).map(({ fileName }) => fileName)).not.toContain('embed/timbre.js');
  }
);

test(
  'in development it is made when it is asked for, below the app’s base',
  { timeout: SLOW_MS },
  async () => {
    const server = await createServer({
      ...app(),
      appType: 'custom',
      server: { port: 0, host: '127.0.0.1', ws: false, watch: null }
    });
    try {
      await server.listen();
      const address = server.httpServer?.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const answer = await fetch(`http://127.0.0.1:${port}/voices/embed/timbre.js?v=1`);
      expect(answer.headers.get('content-type')).toBe('text/javascript');
      expect(await answer.text()).toContain('createTimbre');
      expect((await fetch(`http://127.0.0.1:${port}/voices/embed/other.js`)).status).toBe(404);
    } finally {
      await server.close();
    }
  }
);
