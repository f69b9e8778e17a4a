import * as v from 'valibot';
import { hasWords, isWhole, joinSentences, splitSentences } from '$lib/pipeline';
import { TimbreError, type Lang } from '$workers/contract';
import type { Calls } from '$sdk/protocol';
import { call, language, languages, text } from './input';
import { ownLanguage } from './people';

const schema = v.object({
  text,
  from: v.optional(language),
  to: v.pipe(languages, v.minLength(1))
});

/**
 * All languages in one batch, sentence by sentence; lines stay lines. A language that can't be reached, or whole, is
 * left out; where that is all of them, it is an error.
 */
export const translate = call<typeof schema, 'translate'>(
  schema,
  async ({ text: whole, from: given, to }, { app: open, signal, onProgress }) => {
    const app = await open();
    const from = given ?? (await ownLanguage(app));
    const sentences = splitSentences(whole, from);
    const asked = [...new Set(sentences.map((sentence) => sentence.text).filter(hasWords))];
    const others = [...new Set(to)].filter((each) => each !== from);
    const engines = await app.engines();
    const outputs =
      asked.length === 0 || others.length === 0
        ? {}
        : await engines.translate(asked, from, others, {
            signal,
            onProgress: ({ fraction }) => onProgress({ stage: 'translate', fraction, overall: fraction })
          });

    const result: Calls['translate']['result'] = {};
    for (const target of new Set(to)) {
      if (target === from) {
        result[target] = { text: whole, via: [] };
        continue;
      }
      const output = asked.length === 0 ? { sentences: [], via: [] as Lang[] } : outputs[target];
      if (!output || !isWhole(output, asked.length)) continue;
      const made = new Map(asked.map((sentence, index) => [sentence, output.sentences[index]?.trim()]));
      const texts = sentences.map((sentence) => made.get(sentence.text) ?? sentence.text);
      const gaps = sentences.map(({ gap }) => gap);
      result[target] = { text: joinSentences(texts, gaps, target), via: [...output.via] };
    }
    if (Object.keys(result).length === 0)
      throw new TimbreError('translate/no-path', `no translation from ${from} into ${to.join(', ')}`);
    return result;
  }
);
