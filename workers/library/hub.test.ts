import { afterEach, expect, it } from 'vitest';
import { baseOf, nextQuery } from './hub';
import { testContext, unstopped } from './harness.testing';
import { gitSha1, sha256, startHub, testFile, type TestHub } from './hub.testing';
import { Disk, Tab } from './memoryStore.testing';

let hub: TestHub;
afterEach(() => hub?.close());

const REPO = 'some/model';
const { signal } = unstopped();
const over = (options = {}) => testContext(hub, new Tab(new Disk()).chunked(1024), options).hub;

it('resolves a branch and lists all pages, with the hash that each kind of file has', async () => {
  hub = await startHub({ pageSize: 3 });
  const files = Array.from({ length: 8 }, (_, i) => testFile(`onnx/part ${i}.bin`, 100 + i, i % 2 === 0));
  const commit = hub.push(REPO, files);
  expect(await over().resolve(REPO, 'main', signal)).toBe(commit);
  const listed = await over().files(REPO, commit, signal);
  expect(listed).toEqual(
    files.map(({ path, bytes, lfs }) => ({
      path,
      size: bytes.length,
      hash: lfs ? { kind: 'sha256', hex: sha256(bytes) } : { kind: 'git-sha1', hex: gitSha1(bytes) }
    }))
  );
  expect(hub.asked.filter(({ kind }) => kind === 'tree')).toHaveLength(3);
});

it('follows only the query of a link: a mirror that passes on links stays the one that is asked', () => {
  expect(nextQuery('<https://elsewhere.example/api/x?cursor=a%3D&recursive=true>; rel="next"')).toBe(
    '?cursor=a%3D&recursive=true'
  );
  expect(nextQuery('<https://a.example/?b=1,2>; rel="prev", <https://a.example/?b=3>; rel=next')).toBe(
    '?b=3'
  );
  expect(nextQuery('<https://a.example/?b=1>; rel="last"')).toBeUndefined();
  expect(nextQuery(null)).toBeUndefined();
});

it('takes a base with a path, and nothing that is no address', () => {
  expect(baseOf('https://mirror.example/hub')).toBe('https://mirror.example/hub/');
  expect(baseOf('https://mirror.example')).toBe('https://mirror.example/');
  for (const wrong of ['', 'mirror.example', 'javascript:alert(1)', 'file:///x'])
    expect(() => baseOf(wrong)).toThrow(expect.objectContaining({ code: 'input/invalid' }));
});

it.each([
  [
    'a repository that is not there',
    { kind: 'status', status: 401, headers: { 'X-Error-Code': 'RepoNotFound' } },
    'model/missing'
  ],
  [
    'one behind a licence',
    { kind: 'status', status: 401, headers: { 'X-Error-Code': 'GatedRepo' } },
    'model/licence-not-accepted'
  ],
  ['an answer that is no listing', { kind: 'status', status: 200 }, 'model/download-failed'],
  ['a server that is down', { kind: 'status', status: 503 }, 'model/download-failed'],
  ['no answer', { kind: 'no-answer' }, 'network/timeout'],
  ['no connection', { kind: 'hang-up' }, 'network/offline']
] as const)('says what is wrong: %s', async (_, fault, code) => {
  hub = await startHub();
  const commit = hub.push(REPO, [testFile('a', 10)]);
  hub.faults = () => fault;
  await expect(over({ retries: 2 }).files(REPO, commit, signal)).rejects.toMatchObject({ code });
  const passes = code !== 'model/missing' && code !== 'model/licence-not-accepted';
  expect(hub.asked).toHaveLength(passes ? 3 : 1);
});

it('leaves out names that would leave the folder', async () => {
  hub = await startHub();
  const commit = hub.push(REPO, [testFile('../evil', 10), testFile('a//b', 10), testFile('good', 10)]);
  expect((await over().files(REPO, commit, signal)).map(({ path }) => path)).toEqual(['good']);
});
