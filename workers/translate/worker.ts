/** The worker of the stage `translate`: sentences into all target languages at once. */
import type { Lang, TranslationOutput } from '../contract';
import { exposeWorker } from '../runtime';
import type { Report } from '../wire';
import { createRegistry } from './registry';
import { translate } from './translate';

/** Share of the first call that loading the model is. */
const LOADING_SHARE = 0.3;

export const entry = exposeWorker((config) => {
  const registry = createRegistry(config);
  return {
    async translate(
      sentences: string[],
      from: Lang,
      to: Lang[],
      report: Report
    ): Promise<Partial<Record<Lang, TranslationOutput>>> {
      let loading = 0;
      const tell = (fraction: number, detail?: string) =>
        report({ progress: { stage: 'translate', fraction, ...(detail ? { detail } : {}) } });
      return translate(sentences, from, to, registry, {
        onLoading: (fraction) => {
          loading = LOADING_SHARE;
          tell(loading * fraction, 'load');
        },
        onSentence: (done, total) => tell(loading + ((1 - loading) * done) / total)
      });
    }
  };
});
