import { expect, it } from 'vitest';
import { originalName } from './files';

const NOON = Date.UTC(2026, 10, 25, 12);

it.each([
  ['Holiday.m4a', 'mp4', 'audio/mp4', 'Holiday.m4a'],
  ['', 'webm', 'audio/webm;codecs=opus', 'timbre-2026-11-25.webm'],
  ['', 'mp4', 'audio/mp4', 'timbre-2026-11-25.m4a'],
  ['', null, 'audio/webm;codecs=opus', 'timbre-2026-11-25.webm'],
  ['', null, 'audio/mpeg', 'timbre-2026-11-25.mp3'],
  ['', null, '', 'timbre-2026-11-25']
])('an original named %j in %j, %j goes out as %s', (name, container, mimeType, expected) => {
  expect(originalName({ name, container, mimeType }, NOON)).toBe(expected);
});
