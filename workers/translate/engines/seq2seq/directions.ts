import * as v from 'valibot';
import type { TranslationDirections } from '../../../contract';
import { fetchOptionalJson } from '../../../runtime';
import { loadConfig } from './config';
import { languageNamed } from './languageCodes';
import { loadTokenizer } from './tokenizer';

const SettingsFile = v.object({ source_lang: v.nullish(v.string()), target_lang: v.nullish(v.string()) });

/**
 * Reads from a model's small files what it translates. A pair model says it in tokenizer_config.json, or
 * by its name (`opus-mt-en-fr`). Undefined when it doesn't say.
 * @param folder the model's absolute URL, ending in `/`.
 */
export async function readDirections(folder: string): Promise<TranslationDirections | undefined> {
  const config = await loadConfig(folder);
  if (config.layout === 'm2m100') {
    const { languages } = await loadTokenizer(folder, config);
    return { among: languages ?? [] };
  }
  const settings = v.safeParse(SettingsFile, await fetchOptionalJson(`${folder}tokenizer_config.json`));
  const named = /([a-z]{2,3})-([a-z]{2,3})\/$/i.exec(folder);
  const declared = settings.success ? settings.output : undefined;
  const from = languageNamed(declared?.source_lang ?? '') ?? languageNamed(named?.[1] ?? '');
  const to = languageNamed(declared?.target_lang ?? '') ?? languageNamed(named?.[2] ?? '');
  return from && to ? { from, to } : undefined;
}
