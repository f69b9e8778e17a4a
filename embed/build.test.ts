/** The SDK as hosts get it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { types } from './types.mjs';

const SLOW_MS = 120_000;

describe('the module', () => {
  let code: string;
  beforeAll(async () => {
    code = await bundle();
  }, SLOW_MS);

  test('is 8 kB at most', () => {
    expect(gzipSync(code).length).toBeLessThanOrEqual(8000);
  });

  test('needs no other file, and touches no page until it is called', async () => {
    const [source] = [ts.preProcessFile(code)];
    expect(source?.importedFiles).toEqual([]);
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as object;
    expect(Object.keys(module).sort()).toEqual(['TIMBRE_ERROR_CODES', 'TimbreError', 'createTimbre']);
  });
});

describe('the types', () => {
  const folder = mkdtempSync(join(tmpdir(), 'timbre-sdk-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test(
    'are one file that stands alone, for every way of resolving modules',
    () => {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'timbre.d.ts'), types());
      const host = join(folder, 'host.ts');
      writeFileSync(
        host,
        `import { createTimbre, TimbreError, type AudioMessageResult } from './timbre.js';
         const timbre = await createTimbre({ container: '#timbre', visible: true });
         const result: AudioMessageResult = await timbre.processAudioMessage(new Blob(), {
           targetLanguages: ['fr'],
           onProgress: ({ stage, overall }) => console.log(stage.toUpperCase(), overall.toFixed())
         });
         timbre.on('disconnected', ({ error }) => console.log(error instanceof TimbreError, result));
         // @ts-expect-error -- one language or more is needed
         await timbre.translate('Hello.', {});
         // @ts-expect-error -- what the protocol is made of stays inside
         export type { Hello } from './timbre.js';`
      );
      for (const module of [ts.ModuleKind.NodeNext, ts.ModuleKind.ESNext]) {
        const isNode = module === ts.ModuleKind.NodeNext;
        const program = ts.createProgram([host], {
          module,
          moduleResolution: isNode ? ts.ModuleResolutionKind.NodeNext : ts.ModuleResolutionKind.Bundler,
          target: ts.ScriptTarget.ES2022,
          lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
          types: [],
          strict: true,
          noEmit: true
        });
        const wrong = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
        expect(wrong).toEqual([]);
      }
    },
    SLOW_MS
  );
});
