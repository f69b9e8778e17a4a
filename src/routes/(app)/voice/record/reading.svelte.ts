import { PHRASE_LANGUAGES, phrasesFor, type Phrase, type PhraseCategory, type VoiceSample } from '$lib/voice';
import type { Lang } from '$workers/contract';
import { anotherPhrase, donePhrases, nextPhrase, tracksOf } from './guide';

interface Book {
  language: Lang;
  phrases: Phrase[];
}

/** Where a person is in reading out phrases: in which language, at which phrase. */
export class Reading {
  book = $state.raw<Book | null>(null);
  #place = $state<string | null>(null);
  /** The sample in whose place the next take comes. */
  replacedId = $state<string | null>(null);

  readonly #phrases = $derived(this.book?.phrases ?? []);
  /** Null until the phrases are here. It stays while it is read, whatever becomes of other recordings. */
  readonly phrase = $derived(this.#phrases.find(({ id }) => id === this.#place) ?? null);
  readonly done = $derived.by(() => donePhrases(this.#phrases, this.samples(), this.book?.language));
  readonly tracks = $derived(tracksOf(this.#phrases, this.done));
  readonly total = $derived(this.#phrases.length);

  /** @param samples all of this voice, as they are now. */
  constructor(private readonly samples: () => readonly VoiceSample[]) {}

  /** Offers a language's phrases, from the first that is still to be said. Errors: `language/unsupported`. */
  async open(language: Lang): Promise<void> {
    this.book = { language, phrases: await phrasesFor(language) };
    this.#go(nextPhrase(this.#phrases, this.done, null) ?? this.#phrases[0]);
  }

  /** To another one; this one is left for later. */
  another(): void {
    if (this.phrase) this.#go(anotherPhrase(this.#phrases, this.done, this.phrase.id));
  }

  toCategory(category: PhraseCategory): void {
    const those = this.#phrases.filter((phrase) => phrase.category === category);
    this.#go(nextPhrase(those, this.done, null) ?? those[0]);
  }

  /** To the phrase of a sample, to replace it. Nothing where that phrase is offered no more. */
  async toSample({ id, language, phraseText }: VoiceSample): Promise<void> {
    const known = PHRASE_LANGUAGES.find((one) => one === language);
    if (known && known !== this.book?.language) await this.open(known);
    const phrase = this.#phrases.find(({ text }) => text === phraseText);
    if (!phrase) return;
    this.#go(phrase);
    this.replacedId = id;
  }

  /** This one was said: on to the next. @returns the sample that was to be replaced. */
  said(phrase: Phrase): string | null {
    const replaced = this.replacedId;
    this.#go(anotherPhrase(this.#phrases, this.done, phrase.id));
    return replaced;
  }

  #go(phrase: Phrase | null | undefined): void {
    this.#place = phrase?.id ?? null;
    this.replacedId = null;
  }
}
