import * as v from 'valibot';
import { LANGUAGES, type Lang } from '$workers/contract';
import type { FrameOptions } from '$sdk/protocol';

const known = (language: unknown): language is Lang => LANGUAGES.some((each) => each === language);

/** What can't be is left out: a host that is newer than this frame still gets the rest. */
const schema = v.fallback(
  v.object({
    locale: v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}([-_]\w+)*$/i))), undefined),
    theme: v.fallback(v.optional(v.picklist(['light', 'dark', 'auto'])), undefined),
    visible: v.fallback(v.optional(v.boolean()), undefined),
    targetLanguages: v.fallback(
      v.optional(
        v.pipe(
          v.array(v.unknown()),
          v.transform((all) => [...new Set(all.filter(known))])
        )
      ),
      undefined
    )
  }),
  {}
);

/** What the host would like of the frame. */
export function readOptions(given: unknown): FrameOptions {
  const { locale, theme, visible, targetLanguages } = v.parse(schema, given);
  return {
    ...(locale === undefined ? {} : { locale }),
    ...(theme === undefined ? {} : { theme }),
    ...(visible === undefined ? {} : { visible }),
    ...(targetLanguages === undefined ? {} : { targetLanguages })
  };
}
