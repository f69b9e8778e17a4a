import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Lang } from '../contract';
import type { TranslatorRegistry } from './registry';
import { planRoutes, type Direct } from './routes';
import { translate } from './translate';

const STARTER: readonly Lang[] = ['en', 'fr', 'es', 'de', 'it', 'pt'];
const among =
  (languages: readonly Lang[], model = 'many'): Direct =>
  (from, to) =>
    from !== to && languages.includes(from) && languages.includes(to) ? model : undefined;
const pairs =
  (...names: string[]): Direct =>
  (from, to) =>
    names.includes(`${from}-${to}`) ? `${from}-${to}` : undefined;

describe('routes', () => {
  test('one model for all: one hop with all targets', () => {
    const { hops, via } = planRoutes('en', ['fr', 'de', 'it'], among(STARTER));
    expect(hops).toEqual([{ model: 'many', from: 'en', to: ['fr', 'de', 'it'] }]);
    expect([...via.values()]).toEqual([[], [], []]);
  });

  test('all thirty directions of six languages are direct', () => {
    const directions = STARTER.flatMap(
      (from) =>
        planRoutes(
          from,
          STARTER.filter((to) => to !== from),
          among(STARTER)
        ).hops
    );
    expect(directions.flatMap(({ to }) => to)).toHaveLength(30);
  });

  test('through English where there is no direct model, in order, and once', () => {
    const { hops, via } = planRoutes('fr', ['de', 'es', 'en'], pairs('fr-en', 'en-de', 'en-es'));
    expect(hops).toEqual([
      { model: 'fr-en', from: 'fr', to: ['en'] },
      { model: 'en-de', from: 'en', to: ['de'] },
      { model: 'en-es', from: 'en', to: ['es'] }
    ]);
    expect(via).toEqual(new Map([['en', []], ['de', ['en']], ['es', ['en']]])); // prettier-ignore
  });

  test('through another common language; one that is made anyway is preferred', () => {
    const direct = pairs('cs-pl', 'pl-ru', 'cs-de', 'de-ru');
    expect(planRoutes('cs', ['ru'], direct).via.get('ru')).toEqual(['de']);
    expect(planRoutes('cs', ['ru', 'pl'], direct).via.get('ru')).toEqual(['pl']);
  });

  test('without a way a target is left out', () => {
    const { via } = planRoutes('en', ['fr', 'ko'], among(STARTER));
    expect([...via.keys()]).toEqual(['fr']);
  });
});

/** Says "[language] sentence"; `drops` gives ''. */
function registryOf(direct: Direct, drops: (sentence: string, to: Lang) => boolean = () => false) {
  const opened: string[] = [];
  const registry: TranslatorRegistry = {
    directions: async () => direct,
    async open(model, onFraction) {
      opened.push(model);
      onFraction?.(1);
      return {
        async translate(sentences, _from, to, onSentence) {
          return new Map(
            to.map((language) => [
              language,
              sentences.map((sentence) => {
                onSentence?.(language);
                return sentence === '' || drops(sentence, language) ? '' : `[${language}] ${sentence}`;
              })
            ])
          );
        }
      };
    }
  };
  return { registry, opened };
}

describe('translating', () => {
  test('gives one output a sentence, the languages on the way, and the models', async () => {
    const { registry, opened } = registryOf(pairs('fr-en', 'en-de'));
    const result = await translate(['Bonjour.', 'Ça va ?'], 'fr', ['de', 'en'], registry);
    expect(result).toEqual({
      en: { sentences: ['[en] Bonjour.', '[en] Ça va ?'], via: [], model: 'fr-en' },
      de: { sentences: ['[de] [en] Bonjour.', '[de] [en] Ça va ?'], via: ['en'], model: 'fr-en + en-de' }
    });
    expect(opened).toEqual(['fr-en', 'en-de']);
  });

  test('counts every sentence in every language, those on the way, too', async () => {
    const { registry } = registryOf(pairs('fr-en', 'en-de', 'en-es'));
    const seen: [number, number][] = [];
    await translate(['a', 'b'], 'fr', ['de', 'es'], registry, {
      onSentence: (done, total) => seen.push([done, total])
    });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((done) => [done, 6]));
  });

  test('the source language comes back as it is', async () => {
    const { registry, opened } = registryOf(() => undefined);
    expect(await translate(['Hi.'], 'en', ['en'], registry)).toEqual({
      en: { sentences: ['Hi.'], via: [], model: '' }
    });
    expect(opened).toEqual([]);
    expect(await translate(['Hi.'], 'en', [], registry)).toEqual({});
  });

  test('a language that no model reaches is left out; when none is reached it is an error', async () => {
    const { registry } = registryOf(among(STARTER));
    expect(Object.keys(await translate(['Hi.'], 'en', [...LANGUAGES], registry)).sort()).toEqual(
      [...STARTER].sort()
    );
    await expect(translate(['Hi.'], 'en', ['ko', 'ja'], registry)).rejects.toMatchObject({
      code: 'translate/no-path'
    });
  });

  test('a dropped sentence is blank in its language only; when no language is whole it is an error', async () => {
    const { registry } = registryOf(among(STARTER), (sentence, to) => sentence === 'b' && to === 'fr');
    const result = await translate(['a', 'b'], 'en', ['fr', 'de'], registry);
    expect(result.fr?.sentences).toEqual(['[fr] a', '']);
    expect(result.de?.sentences).toEqual(['[de] a', '[de] b']);
    await expect(translate(['a', 'b'], 'en', ['fr'], registry)).rejects.toMatchObject({
      code: 'translate/incomplete'
    });
  });

  test('what is dropped on the way is blank at the end', async () => {
    const { registry } = registryOf(pairs('fr-en', 'en-de', 'fr-es'), (_, to) => to === 'en');
    const result = await translate(['x'], 'fr', ['de', 'es'], registry);
    expect(result.de?.sentences).toEqual(['']);
    expect(result.es?.sentences).toEqual(['[es] x']);
  });
});
