import type { TranslatedAudioVersion } from '$lib/messages';
import * as m from '$lib/paraglide/messages.js';
import { announce, languageName } from '$lib/ui';

/** While a component lives: what became ready while somebody waited for it is said; what was ready before is not. */
export function announceVersions(versions: () => readonly TranslatedAudioVersion[]): void {
  let known: Record<string, string> | undefined;
  $effect(() => {
    const now = Object.fromEntries(versions().map(({ language, status }) => [language, status]));
    const before = known;
    known = now;
    if (!before) return;
    for (const [language, status] of Object.entries(now)) {
      if (status === before[language]) continue;
      const name = languageName(language);
      if (status === 'ready') announce(m.announce_ready({ language: name }));
      else if (status === 'stale') announce(m.announce_stale({ language: name }));
      else if (status === 'failed') announce(m.announce_failed({ language: name }), 'assertive');
    }
  });
}
