import { describe, expect, it } from 'vitest';
import { ME, speaks, type Conversation, type Person } from '$lib/messages';
import type { Lang } from '$workers/contract';
import { chosenReach, codesOf, othersIn, reachOf, type Reach } from './reach';

const person = (id: string, language: Lang): Person => ({
  id,
  name: id,
  languages: speaks(language),
  createdAt: 0,
  updatedAt: 0,
  deletedAt: null
});
const people = [person(ME, 'en'), person('camille', 'fr'), person('dieter', 'de'), person('gone', 'pl')];
const talk: Conversation = {
  id: 'talk',
  title: 'Porto in May',
  members: [ME, 'camille', 'dieter', 'gone'].map((personId) => ({
    personId,
    active: personId !== 'gone',
    languages: null
  })),
  memberIds: [ME, 'camille', 'dieter', 'gone'],
  createdAt: 0,
  updatedAt: 0,
  deletedAt: null
};
const notes: Reach = { conversation: null, people, usual: ['en', 'fr', 'es'], byHand: null };
const here: Reach = { ...notes, conversation: talk };

describe('notes', () => {
  it('are heard in the usual languages but the one they are said in', () => {
    expect(reachOf(notes)).toEqual(['fr', 'es']);
    expect(reachOf(notes, ME, 'fr')).toEqual(['en', 'es']);
    expect(reachOf({ ...notes, usual: ['en'] })).toEqual(['en']);
  });
  it('the own language stays chosen: the next message may be said in another', () => {
    expect(chosenReach(notes)).toEqual(['en', 'fr', 'es']);
  });
});

describe('a conversation', () => {
  it('is heard in the languages of all but the sender', () => {
    expect(reachOf(here)).toEqual(['fr', 'de']);
    expect(chosenReach(here)).toEqual(['fr', 'de']);
    expect(codesOf(reachOf(here))).toBe('FR DE');
  });
  it('what somebody else said is heard in one’s own, too', () => {
    expect(reachOf(here, 'camille')).toEqual(['en', 'de']);
    expect(reachOf(here, 'camille', 'de')).toEqual(['en']);
  });
  it('what was chosen by hand goes before, whole', () => {
    const byHand: Reach = { ...here, byHand: ['en', 'it'] };
    expect(reachOf(byHand)).toEqual(['it']);
    expect(reachOf(byHand, 'camille')).toEqual(['en', 'it']);
    expect(chosenReach(byHand)).toEqual(['en', 'it']);
  });
  it('others are those who are in it now', () => {
    expect(othersIn(talk, people).map(({ id }) => id)).toEqual(['camille', 'dieter']);
    expect(othersIn(null, people)).toEqual([]);
  });
});
