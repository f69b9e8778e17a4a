/** The page for developers names all that there is, and the example shows it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TIMBRE_ERROR_CODES } from '../src/errors';
import { CAPABILITIES, NEEDS } from '../src/protocol';
import type { Timbre, TimbreEvents, TimbreOptions } from '../src/types';

const page = readFileSync('docs/embedding.md', 'utf8');
const panel = readFileSync('embed/example/developer.js', 'utf8');

/** The compiler sees to it that none is missing here. */
const EVENTS: Record<keyof TimbreEvents, true> = {
  permission: true,
  message: true,
  layout: true,
  training: true,
  place: true,
  connected: true,
  disconnected: true
};
const MEMBERS: Record<Exclude<keyof Timbre, keyof typeof NEEDS>, true> = {
  granted: true,
  place: true,
  pollTrainingStatus: true,
  setOptions: true,
  on: true,
  destroy: true
};
const OPTIONS: Record<keyof TimbreOptions, true> = {
  container: true,
  src: true,
  visible: true,
  targetLanguages: true,
  locale: true,
  theme: true,
  capabilities: true,
  timeoutMs: true,
  title: true
};

/** The row of a table that begins with it. */
const rowOf = (name: string) => page.split('\n').find((line) => line.startsWith(`| \`${name}`));

describe('docs/embedding.md', () => {
  test.each([...Object.keys(NEEDS), 'pollTrainingStatus'])('has the call %s', (name) => {
    expect(rowOf(`${name}(`)).toBeDefined();
    expect(panel).toContain(`timbre.${name}(`);
  });
  test.each(Object.keys(MEMBERS))('has timbre.%s', (name) => {
    expect(page).toMatch(new RegExp(`timbre\\.${name}\\b|\`${name}\\(`));
  });
  test.each(Object.keys(OPTIONS))('has the option %s', (name) => {
    expect(rowOf(`${name}\``)).toBeDefined();
  });
  test.each(Object.keys(EVENTS))('has the event %s', (name) => {
    expect(rowOf(`${name}\``)).toBeDefined();
    expect(panel).toContain(`'${name}'`);
  });
  test.each(TIMBRE_ERROR_CODES)('says what %s means and what to do', (code) => {
    const cells = rowOf(`${code}\``)?.split('|') ?? [];
    expect(cells.map((cell) => cell.trim()).filter(Boolean)).toHaveLength(3);
  });
  test.each(CAPABILITIES)('has the capability %s', (name) => {
    expect(rowOf(`${name}\``)).toBeDefined();
  });
});
