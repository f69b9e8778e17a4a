import type { Answer, Capability, EmbedSession } from '$lib/embed';
import * as m from '$lib/paraglide/messages.js';
import { announce } from '$lib/ui';
import { tick } from 'svelte';
import { attempt } from '../../(app)/(messages)/card/attempt';

/** What a person decides about a host, in the frame and in their own window; what had the focus is gone afterwards. */
export function decisions(
  talk: EmbedSession,
  page: { host(): string; title(): HTMLElement | undefined; onrevoked?(): void }
) {
  async function back() {
    await tick();
    if (document.activeElement === document.body) page.title()?.focus();
  }
  return {
    async answer(given: Answer): Promise<void> {
      if (await attempt(() => talk.answer(given))) await back();
    },
    async revoke(capabilities?: readonly Capability[]): Promise<void> {
      if (!(await attempt(() => talk.revoke(capabilities)))) return;
      announce(m.embed_revoked({ host: page.host() }));
      page.onrevoked?.();
      await back();
    }
  };
}
