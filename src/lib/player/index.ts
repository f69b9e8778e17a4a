/** Playing sound, one at a time, and the words that belong to it. */
export { Player } from './player.svelte';
export { pieceAt, piecesOf, type TextPiece, type TimedWord } from './words';
