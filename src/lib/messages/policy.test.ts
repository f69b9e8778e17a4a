import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Lang } from '$workers/contract';
import {
  destinationOf,
  distinctTargets,
  ME,
  speaks,
  targetLanguages,
  type LanguageChoice,
  type Member
} from './index';

const choice = (change: Partial<LanguageChoice>): LanguageChoice => ({
  systemLanguage: 'fr',
  regionalLanguage: 'pt',
  customDestinationLanguage: 'ja',
  useCustomDestination: false,
  translateToSystemLanguage: false,
  translateToRegionalLanguage: false,
  ...change
});

describe('what one recipient hears', () => {
  const [custom, system, regional] = [
    'useCustomDestination',
    'translateToSystemLanguage',
    'translateToRegionalLanguage'
  ] as const;
  // All eight combinations: the custom destination before the system's language before the regional one.
  it.each<[boolean, boolean, boolean, Lang | null]>([
    [true, true, true, 'ja'],
    [true, true, false, 'ja'],
    [true, false, true, 'ja'],
    [true, false, false, 'ja'],
    [false, true, true, 'fr'],
    [false, true, false, 'fr'],
    [false, false, true, 'pt'],
    [false, false, false, null]
  ])('custom %s, system %s, regional %s: %s', (a, b, c, expected) => {
    expect(destinationOf(choice({ [custom]: a, [system]: b, [regional]: c }))).toBe(expected);
  });

  it('passes over a custom destination without a language', () => {
    const none = { useCustomDestination: true, customDestinationLanguage: null };
    expect(destinationOf(choice({ ...none, translateToSystemLanguage: true }))).toBe('fr');
    expect(destinationOf(choice({ ...none, translateToRegionalLanguage: true }))).toBe('pt');
    expect(destinationOf(choice(none))).toBeNull();
  });

  it('has nothing for a regional language that is not set', () => {
    expect(destinationOf(choice({ translateToRegionalLanguage: true, regionalLanguage: null }))).toBeNull();
  });
});

describe('targets of a message', () => {
  const person = (id: string, languages: LanguageChoice, deletedAt: number | null = null) => ({
    id,
    languages,
    deletedAt
  });
  const member = (personId: string, change: Partial<Member> = {}): Member => ({
    personId,
    active: true,
    languages: null,
    ...change
  });
  const people = [
    person(ME, speaks('en')),
    person('camille', speaks('fr')),
    person('anja', speaks('de')),
    person('odile', speaks('fr')),
    person('quiet', choice({})),
    person('gone', speaks('it'), 5)
  ];
  const to = (members: Member[], source: Lang, sender?: string) =>
    targetLanguages({ members }, people, source, sender);

  it('has each language once, in the members’ order', () => {
    expect(to([member(ME), member('camille'), member('anja'), member('odile')], 'en')).toEqual(['fr', 'de']);
  });

  it('leaves out the sender, whoever that is', () => {
    const members = [member(ME), member('camille'), member('anja')];
    expect(to(members, 'es')).toEqual(['fr', 'de']);
    expect(to(members, 'es', 'anja')).toEqual(['en', 'fr']);
  });

  it('leaves out who left, who was deleted, who is unknown and who wants nothing', () => {
    const members = [
      member('camille', { active: false }),
      member('gone'),
      member('nobody'),
      member('quiet'),
      member('anja')
    ];
    expect(to(members, 'en')).toEqual(['de']);
  });

  it('leaves out the source language', () => {
    expect(to([member('camille'), member('anja')], 'fr')).toEqual(['de']);
  });

  it('is the source language when none is left', () => {
    expect(to([member('camille'), member('odile')], 'fr')).toEqual(['fr']);
    expect(to([member('quiet')], 'ko')).toEqual(['ko']);
    expect(to([], 'ar')).toEqual(['ar']);
    expect(to([member(ME)], 'en')).toEqual(['en']);
  });

  it('takes a member’s choice for this conversation before their own', () => {
    expect(to([member('camille', { languages: speaks('pl') })], 'en')).toEqual(['pl']);
    expect(to([member('camille', { languages: choice({}) })], 'en')).toEqual(['en']);
  });

  it('keeps its rules for any group of people', () => {
    // A small generator with a fixed seed: the same groups in each run.
    let state = 7;
    const random = (below: number) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
    const lang = (): Lang => LANGUAGES[random(LANGUAGES.length)] ?? 'en';
    for (let round = 0; round < 300; round++) {
      const group = Array.from({ length: random(8) }, (_, index) =>
        person(`p${index}`, {
          systemLanguage: lang(),
          regionalLanguage: random(2) ? lang() : null,
          customDestinationLanguage: random(2) ? lang() : null,
          useCustomDestination: random(2) === 1,
          translateToSystemLanguage: random(2) === 1,
          translateToRegionalLanguage: random(2) === 1
        })
      );
      const source = lang();
      const targets = targetLanguages({ members: group.map(({ id }) => member(id)) }, group, source);
      expect(new Set(targets).size).toBe(targets.length);
      const wanted = group
        .map(({ languages }) => destinationOf(languages))
        .filter((language) => language !== null && language !== source);
      expect(new Set(targets)).toEqual(new Set(wanted.length > 0 ? wanted : [source]));
    }
  });
});

it('picked by hand: the same rule', () => {
  expect(distinctTargets(['fr', 'de', 'fr', 'en'], 'en')).toEqual(['fr', 'de']);
  expect(distinctTargets(['en'], 'en')).toEqual(['en']);
  expect(distinctTargets([], 'en')).toEqual(['en']);
});
