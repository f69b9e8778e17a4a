/** Spoken words found again in the text that a person reads. */

/** A word with its time in the sound; `confidence` (0…1) where it was recognised. */
export interface TimedWord {
  text: string;
  startMs: number;
  endMs: number;
  confidence?: number;
}

/** A stretch of the text. All pieces one after another are the text, with nothing left out. */
export interface TextPiece {
  text: string;
  /** Where it begins in the text, in UTF-16 units. */
  at: number;
  /** Null: between words, or a word without a time. */
  word: TimedWord | null;
}

/** How far ahead a word is looked for: an unmatched one must not pull all the others to a later place. */
const REACH = 80;

/**
 * Cuts the text at its spoken words, in their order. A word that the text doesn't have (spoken numbers,
 * abbreviations) is passed over: its stretch of text stays without a time.
 */
export function piecesOf(text: string, words: readonly TimedWord[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  const searched = text.toLowerCase();
  let at = 0;
  for (const word of words) {
    const sought = word.text.trim();
    if (sought === '') continue;
    const found = searched.indexOf(sought.toLowerCase(), at);
    // Lower case can be longer than its capital (İ): then the places don't agree, and text goes before times.
    const agrees =
      found >= 0 && text.slice(found, found + sought.length).toLowerCase() === sought.toLowerCase();
    if (!agrees || found - at > REACH) continue;
    if (found > at) pieces.push({ text: text.slice(at, found), at, word: null });
    pieces.push({ text: text.slice(found, found + sought.length), at: found, word });
    at = found + sought.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), at, word: null });
  return pieces;
}

/**
 * The piece whose word is being spoken at `ms`; between two words the one before stays, for up to `holdMs`.
 * @returns its index, or −1.
 */
export function pieceAt(pieces: readonly TextPiece[], ms: number, holdMs = 400): number {
  let last = -1;
  for (const [index, { word }] of pieces.entries()) {
    if (!word) continue;
    if (word.startMs > ms) break;
    last = index;
  }
  const word = pieces[last]?.word;
  return word && ms <= word.endMs + holdMs ? last : -1;
}
