import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '$lib/storage';
import { isSwitchedOff } from './formats';

const ALL = DEFAULT_SETTINGS.audioSupportedFormats;

it.each(['mp3', 'wav', 'ogg', 'mp4', 'aac', 'webm', 'matroska', 'flac', 'aiff', 'mpeg-ts'])(
  'takes %s from the start',
  (container) => expect(isSwitchedOff(container, ALL)).toBe(false)
);

it.each([
  ['mp4', 'm4a'],
  ['matroska', 'webm'],
  ['flac', 'flac']
])('takes no %s once %s is switched off', (container, format) =>
  expect(
    isSwitchedOff(
      container,
      ALL.filter((each) => each !== format)
    )
  ).toBe(true)
);
