import type { TranslatedUnit } from '$lib/storage';
import type { Lang } from '$workers/contract';
import { joinSentences, splitSentences, type Sentence } from './sentences';

/** What a translation keeps of its units for the sentences as they are now. */
export interface Kept {
  /** In the sentences' order; a string is a sentence that has no translation yet. */
  slots: (TranslatedUnit | string)[];
  /** Texts of a person's that no longer have their sentences. */
  orphanedEdits: string[];
}

/** Finds the units whose sentences are all there still, one after another. */
export function keepUnits(sentences: readonly Sentence[], units: readonly TranslatedUnit[]): Kept {
  const free = new Set(units);
  const slots: (TranslatedUnit | string)[] = [];
  let at = 0;
  for (let sentence = sentences[at]; sentence; sentence = sentences[at]) {
    const unit = longestFit(sentences, at, free);
    if (unit) {
      free.delete(unit);
      slots.push(unit);
      at += unit.sources.length;
    } else {
      slots.push(sentence.text);
      at += 1;
    }
  }
  return { slots, orphanedEdits: [...free].filter(({ edited }) => edited).map(({ text }) => text) };
}

function longestFit(
  sentences: readonly Sentence[],
  at: number,
  free: ReadonlySet<TranslatedUnit>
): TranslatedUnit | undefined {
  let best: TranslatedUnit | undefined;
  for (const unit of free) {
    const fits =
      unit.sources.length > 0 &&
      unit.sources.every((source, offset) => sentences[at + offset]?.text === source);
    if (fits && unit.sources.length > (best?.sources.length ?? 0)) best = unit;
  }
  return best;
}

/** Whether the units say just what the sentences say. */
export function upToDate(sentences: readonly Sentence[], units: readonly TranslatedUnit[]): boolean {
  const sources = units.flatMap(({ sources: each }) => each);
  return (
    sources.length === sentences.length && sources.every((source, index) => source === sentences[index]?.text)
  );
}

/** The translation as one text, with the line ends of its source. */
export function textOf(
  units: readonly TranslatedUnit[],
  sentences: readonly Sentence[],
  language: Lang
): string {
  let next = 0;
  const gaps = units.map(({ sources }) => sentences[(next += sources.length) - 1]?.gap ?? '');
  return joinSentences(
    units.map(({ text }) => text),
    gaps,
    language
  );
}

/**
 * A person's text over the units of the old one. Units at the beginning and the end whose text stayed are
 * kept; what lies between is one to one with its sentences where the numbers agree, else one unit for all.
 */
export function editUnits(units: readonly TranslatedUnit[], text: string, language: Lang): TranslatedUnit[] {
  let rest = text.trim();
  let from = 0;
  for (let unit = units[from]; unit && unit.text !== '' && beginsWith(rest, unit.text); unit = units[from]) {
    rest = rest.slice(unit.text.length).trimStart();
    from += 1;
  }
  let to = units.length;
  for (
    let unit = units[to - 1];
    to > from && unit && unit.text !== '' && endsWith(rest, unit.text);
    unit = units[to - 1]
  ) {
    rest = rest.slice(0, rest.length - unit.text.length).trimEnd();
    to -= 1;
  }
  const before = units.slice(0, from);
  const after = units.slice(to);
  const changed = units.slice(from, to);
  if (changed.length > 0) return [...before, ...rewrite(changed, rest, language), ...after];
  if (rest === '') return [...before, ...after];

  // Something was put between two units: it goes with the one before it, or else the one behind.
  const left = before.pop();
  if (left) return [...before, edited(left, `${left.text} ${rest}`), ...after];
  const right = after.shift();
  if (right) return [edited(right, `${rest} ${right.text}`), ...after];
  return [{ sources: [], text: rest, edited: true }];
}

function rewrite(units: readonly TranslatedUnit[], text: string, language: Lang): TranslatedUnit[] {
  const sentences = splitSentences(text, language);
  if (units.length === 1 || sentences.length !== units.length) {
    return [{ sources: units.flatMap(({ sources }) => sources), text, edited: true }];
  }
  return units.map((unit, index) => {
    const now = sentences[index]?.text ?? '';
    return now === unit.text ? unit : edited(unit, now);
  });
}

function edited(unit: TranslatedUnit, text: string): TranslatedUnit {
  return { ...unit, text, edited: true };
}

/** `text` begins with `start` and does not go on in the middle of its last word. */
function beginsWith(text: string, start: string): boolean {
  return (
    text.startsWith(start) &&
    !(/[\p{L}\p{N}]$/u.test(start) && /^[\p{L}\p{N}]/u.test(text.slice(start.length)))
  );
}

function endsWith(text: string, end: string): boolean {
  const before = text.slice(0, text.length - end.length);
  return text.endsWith(end) && !(/^[\p{L}\p{N}]/u.test(end) && /[\p{L}\p{N}]$/u.test(before));
}
