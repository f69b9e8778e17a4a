import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sniff, SNIFF_BYTES } from './sniff';

const text = (content: string) => new TextEncoder().encode(content);

it('knows what is no sound', () => {
  expect(sniff(text('<!DOCTYPE html><p>not found'))).toEqual({ container: 'html', kind: 'other' });
  expect(sniff(text('file\ttext\nDas ist ein Würfel.\n'))).toEqual({ container: 'text', kind: 'other' });
  expect(sniff(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10]))).toEqual({
    container: 'png',
    kind: 'other'
  });
  expect(sniff(new Uint8Array(16))).toEqual({ container: 'unknown', kind: 'unknown' });
  expect(sniff(new Uint8Array(0))).toEqual({ container: 'unknown', kind: 'unknown' });
});

const SHARED = join(import.meta.dirname, '../../../shared');
const BAD_AUDIO = join(SHARED, 'bad-audio');
const hasShared = existsSync(BAD_AUDIO);
if (!hasShared) console.warn('SKIPPED: ../shared/bad-audio is absent, sniffing is not tried on real files.');

describe.skipIf(!hasShared)('real files', () => {
  const head = (path: string) => new Uint8Array(readFileSync(path)).subarray(0, SNIFF_BYTES);

  it.each([
    ['fixture.aif', 'aiff'],
    ['fixture.amr', 'amr'],
    ['fixture.flac', 'flac'],
    ['fixture.m4a', 'mp4'],
    ['fixture.mid', 'midi'],
    ['fixture.mkv', 'matroska'],
    ['fixture.mp2', 'mp3'],
    ['fixture.mp3', 'mp3'],
    ['fixture.oga', 'ogg'],
    ['fixture.opus', 'ogg'],
    ['fixture.wav', 'wav'],
    ['fixture.webm', 'webm'],
    ['fixture.wv', 'wavpack'],
    ['fixture-monkeysaudio.ape', 'ape'],
    ['fixture-adts-mpeg2.aac', 'aac'],
    ['fixture-adts-mpeg4.aac', 'aac'],
    ['fixture-imovie.mp4', 'mp4']
  ])('%s is %s', (name, container) => {
    expect(sniff(head(join(BAD_AUDIO, 'sindresorhus__file-type', name)))).toEqual({
      container,
      kind: 'audio'
    });
  });

  it('sees Ogg behind a name that says WebM', () => {
    const folder = join(SHARED, 'speech/mediarecorder');
    const seen = new Set<string>();
    for (const name of readdirSync(folder).filter((name) => name.endsWith('.webm')))
      seen.add(sniff(head(join(folder, name))).container);
    expect(seen).toEqual(new Set(['ogg', 'webm']));
  });
});
