import type { PhraseCategory } from '../types';

/** What is read out in one language. */
export interface PhraseBook {
  /** What is said so that a voice may be modelled. @param name empty: somebody who gave none. */
  consent(name: string): string;
  /** New ones go to the end of their list: a phrase's id counts its place. */
  phrases: Record<PhraseCategory, readonly string[]>;
}
