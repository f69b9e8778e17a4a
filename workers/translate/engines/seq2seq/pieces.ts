/** Where a sentence that is too long is best cut: after a pause, else between words. */
const PAUSES = /[;:,–—،؛、，；：](?=\s|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/gu;
const SPACES = /\S(?=\s)/gu;

/**
 * Cuts a sentence in halves, and those again, until each piece fits. Joined (with the space that was
 * between them) they are the sentence.
 */
export function piecesOf(sentence: string, fits: (piece: string) => boolean): string[] {
  const characters = [...sentence];
  if (characters.length < 2 || fits(sentence)) return [sentence];
  const at = nearestMiddle(sentence, PAUSES) ?? nearestMiddle(sentence, SPACES) ?? halfOf(characters);
  return [sentence.slice(0, at).trim(), sentence.slice(at).trim()]
    .filter((piece) => piece !== '')
    .flatMap((piece) => piecesOf(piece, fits));
}

/** End of the match that is nearest to the middle, within the middle half. */
function nearestMiddle(text: string, pattern: RegExp): number | undefined {
  const middle = text.length / 2;
  let nearest: number | undefined;
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (Math.abs(end - middle) > text.length / 4) continue;
    if (nearest === undefined || Math.abs(end - middle) < Math.abs(nearest - middle)) nearest = end;
  }
  return nearest;
}

function halfOf(characters: readonly string[]): number {
  return characters.slice(0, Math.ceil(characters.length / 2)).join('').length;
}
