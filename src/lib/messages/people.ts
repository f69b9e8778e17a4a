import { ME, type LanguageChoice, type Live, type Person, type Reader, type Storage } from '$lib/storage';
import { TimbreError, type Lang } from '$workers/contract';
import { preferredLanguage } from './languages';

export interface PersonInput {
  name: string;
  languages: LanguageChoice;
}

/** A person who hears everything in one language. */
export function speaks(language: Lang): LanguageChoice {
  return {
    systemLanguage: language,
    regionalLanguage: null,
    customDestinationLanguage: null,
    useCustomDestination: false,
    translateToSystemLanguage: true,
    translateToRegionalLanguage: false
  };
}

/** What of the outside world people, conversations and messages need. */
export interface Context {
  storage: Storage;
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
}

export class People {
  constructor(private readonly context: Context) {}

  /** By name. `me` is first, and there even before anything was stored. */
  list(): Promise<Person[]> {
    return readPeople(this.context.storage.store);
  }

  live(): Live<Person[]> {
    return this.context.storage.store.live(readPeople);
  }

  /** Also who was deleted and still has messages: for the names on them. */
  liveNames(): Live<ReadonlyMap<string, string>> {
    return this.context.storage.store.live(
      async (reader) => new Map((await reader.all('people')).map(({ id, name }) => [id, name]))
    );
  }

  /** Errors: `storage/not-found`. */
  async get(id: string): Promise<Person> {
    const person = await this.context.storage.store.get('people', id);
    if (person) return person;
    if (id === ME) return unknownMe();
    throw new TimbreError('storage/not-found', `no person ${id}`);
  }

  /** Errors: `input/invalid` for an empty name. */
  async add(input: PersonInput): Promise<Person> {
    const now = this.context.now();
    const person: Person = {
      id: this.context.newId(),
      name: nonEmpty(input.name),
      languages: input.languages,
      createdAt: now,
      updatedAt: now,
      deletedAt: null
    };
    await this.context.storage.store.write(['people'], (unit) => unit.put('people', person));
    return person;
  }

  /** Errors: `storage/not-found`, `input/invalid`. `me` may have an empty name: the page says "You". */
  async change(id: string, change: Partial<PersonInput>): Promise<void> {
    const checked =
      change.name === undefined || id === ME ? change : { ...change, name: nonEmpty(change.name) };
    await this.context.storage.store.write(['people'], async (unit) => {
      const person = (await unit.get('people', id)) ?? (id === ME ? unknownMe() : undefined);
      if (!person) throw new TimbreError('storage/not-found', `no person ${id}`);
      await unit.put('people', { ...person, ...checked, updatedAt: this.context.now() });
    });
  }

  /**
   * The person no longer receives anything; their messages stay, and their name on them. It can be undone,
   * also when a purge has come in between.
   * @returns the undoing. Errors: `input/invalid` for `me`, `storage/not-found`.
   */
  async remove(id: string): Promise<() => Promise<void>> {
    if (id === ME) throw new TimbreError('input/invalid', 'the own person stays');
    const { store } = this.context.storage;
    const deletedAt = this.context.now();
    const person = await store.write(['people'], async (unit) => {
      const known = await unit.get('people', id);
      if (!known) throw new TimbreError('storage/not-found', `no person ${id}`);
      await unit.put('people', { ...known, deletedAt });
      return known;
    });
    return () =>
      store.write(['people'], async (unit) => {
        const now = (await unit.get('people', id)) ?? person;
        await unit.put('people', { ...now, deletedAt: null });
      });
  }
}

/** Who is not deleted, `me` first. */
export async function readPeople(reader: Reader): Promise<Person[]> {
  const people = (await reader.all('people')).filter(({ deletedAt }) => deletedAt === null);
  const me = people.find(({ id }) => id === ME) ?? unknownMe();
  const others = people.filter(({ id }) => id !== ME).sort((a, b) => a.name.localeCompare(b.name));
  return [me, ...others];
}

/** Before anything was chosen: the browser's language. */
function unknownMe(): Person {
  return {
    id: ME,
    name: '',
    languages: speaks(preferredLanguage()),
    createdAt: 0,
    updatedAt: 0,
    deletedAt: null
  };
}

export function nonEmpty(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw new TimbreError('input/invalid', 'a name is needed');
  return trimmed;
}
