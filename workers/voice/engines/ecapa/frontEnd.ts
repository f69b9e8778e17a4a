/** What an encoder hears: the front ends are not interchangeable, though the numbers of each look right. */
import * as v from 'valibot';
import { TimbreError, type SpeakerFrontEnd } from '../../../contract';
import { fetchOptionalJson } from '../../../runtime';
import { FbankExtractor, type Fbank } from './fbank';
import { SpeechBrainFbankExtractor } from './speechBrainFbank';

export interface FrontEnd {
  /** @param samples mono, 16 kHz, −1…1, at least one frame. */
  extract(samples: Float32Array): Fbank;
}

/** By what `preprocessor_config.json` calls them. */
const NAMED: Record<string, SpeakerFrontEnd> = {
  WeSpeakerFeatureExtractor: 'wespeaker',
  SpeechBrainFbank: 'speechbrain'
};
const Settings = v.object({ feature_extractor_type: v.optional(v.string(), 'WeSpeakerFeatureExtractor') });

/**
 * The front end that the model was trained behind: told by the caller, else by the model's own preprocessor_config.json,
 * else WeSpeaker's.
 * @throws TimbreError 'model/load-failed' (another front end), 'network/offline'.
 */
export async function loadFrontEnd(folder: string, told: SpeakerFrontEnd | undefined): Promise<FrontEnd> {
  const which = told ?? (await namedIn(folder));
  return which === 'speechbrain' ? new SpeechBrainFbankExtractor() : new FbankExtractor();
}

async function namedIn(folder: string): Promise<SpeakerFrontEnd> {
  const settings = v.safeParse(
    Settings,
    (await fetchOptionalJson(`${folder}preprocessor_config.json`)) ?? {}
  );
  const name = settings.success ? settings.output.feature_extractor_type : 'a front end of its own';
  const which = NAMED[name];
  if (!which)
    throw new TimbreError('model/load-failed', `${folder} wants ${name}, which Timbre doesn't have`);
  return which;
}
