import * as m from '$lib/paraglide/messages.js';
import type { PhraseCategory } from '$lib/voice';
import type { LevelVerdict } from '../../(messages)/composer/level';

/** What is said of the level as it is now. */
export function levelWords(verdict: LevelVerdict): string {
  const words: Record<LevelVerdict, () => string> = {
    listening: m.level_listening,
    good: m.level_good,
    'too-quiet': m.level_quiet,
    'too-loud': m.level_loud
  };
  return words[verdict]();
}

const CATEGORIES: Record<PhraseCategory, () => string> = {
  greeting: m.voice_rec_category_greeting,
  question: m.voice_rec_category_question,
  number: m.voice_rec_category_number,
  emotion: m.voice_rec_category_emotion,
  everyday: m.voice_rec_category_everyday,
  sounds: m.voice_rec_category_sounds,
  passphrase: m.voice_rec_category_passphrase
};

/** A category's name; one of an older version is its own. */
export function categoryName(category: string): string {
  return category in CATEGORIES ? CATEGORIES[category as PhraseCategory]() : category;
}
