/** Puts the figures of a run into a page of documentation, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- figures: npm run bench -- --write -->';
const END = '<!-- end of figures -->';

export function writeTable(file, rows, machine) {
  const page = readFileSync(file, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${file} has no place for the figures`);
  const { cores, cpu, memoryBytes, load, browser } = machine;
  const what = `${new Date().toISOString().slice(0, 10)}, ${cores} cores (${cpu}), ${Math.round(memoryBytes / 2 ** 30)} GiB, Chromium ${browser}; load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after.`;
  const table = [
    ['what', 'Timbre', 'plain', 'times', 'tuned', 'times', 'budget', ''],
    ['---', '--:', '--:', '--:', '--:', '--:', '--:', '---'],
    ...rows.map((row) => [
      row.what,
      withUnit(row.value, row.unit),
      withUnit(row.plain, row.unit),
      row.times,
      withUnit(row.tuned, row.unit),
      row['times tuned'],
      row.budget,
      row.ok === undefined ? '' : row.ok ? 'met' : '**missed**'
    ])
  ];
  const lines = table.map((cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`);
  writeFileSync(file, `${before}${BEGIN}\n\n${what}\n\n${lines.join('\n')}\n\n${END}${after}`);
}

function withUnit(value, unit) {
  return value === undefined ? '' : `${value}${unit ? ` ${unit}` : ''}`;
}
