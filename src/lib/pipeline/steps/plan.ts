import type { TranslatedAudioVersion } from '$lib/storage';
import type { Lang } from '$workers/contract';
import { commit, settingsOf, type Run } from '../context';
import { targetsOf } from '../targets';
import { newVersion } from '../versions';

/**
 * Gives each target language its version, and takes away versions that are no longer asked for (the
 * language turned out to be the spoken one, …) unless a person wrote in them.
 * @returns the versions to work on, in their order.
 */
export async function plan(run: Run, language: Lang): Promise<TranslatedAudioVersion[]> {
  const { targetLanguages: usual } = await settingsOf(run);
  return commit(run, ['versions', 'audio', 'people', 'conversations'], async (unit, message) => {
    const targets = await targetsOf(unit, message, language, usual);
    const before = await unit.where('versions', 'messageId', message.id);
    const versions: TranslatedAudioVersion[] = [];
    for (const version of before.sort((a, b) => a.order - b.order)) {
      const needless = version.language === language && !targets.includes(language) && !version.edited;
      if (!needless) {
        versions.push(version);
        continue;
      }
      await unit.remove('versions', version.id);
      if (version.audio) await unit.remove('audio', version.audio.audioId);
    }
    let order = Math.max(-1, ...versions.map((version) => version.order));
    for (const target of targets) {
      if (versions.some((version) => version.language === target)) continue;
      const version = newVersion(message.id, target, ++order, run.deps.clock.now());
      await unit.put('versions', version);
      versions.push(version);
    }
    return versions.filter(({ status }) => status === 'pending');
  });
}
