/** What the page says of models: names of languages, cautions, sizes, failures. */
import { languagesOf, type CautionCode, type Licence, type Model } from '../../../../models/catalog';
import * as m from '$lib/paraglide/messages.js';
import { errorSentence, formatBytes, formatDuration, getLocale, languageName } from '$lib/ui';
import { nameOf, type Import, type ModelTask } from '$lib/models';
import type { DeviceView } from '$lib/engines';
import { LANGUAGES, type ErrorCode } from '$workers/contract';

const CAUTION: Record<CautionCode, () => string> = {
  demonstration: m.caution_demonstration,
  robotic: m.caution_robotic,
  'crashes-ios-safari': m.caution_crashes_ios_safari,
  'quality-unknown': m.caution_quality_unknown,
  'drops-sentences': m.caution_drops_sentences,
  'one-pair-each': m.caution_one_pair_each,
  'browser-decides': m.caution_browser_decides,
  'vendor-terms': m.caution_vendor_terms,
  'revenue-limit': m.caution_revenue_limit,
  'carries-accent': m.caution_carries_accent,
  'no-watermark': m.caution_no_watermark,
  'needs-base-voice': m.caution_needs_base_voice,
  'research-parent': m.caution_research_parent,
  'licence-unknown': m.caution_licence_unknown
};

/** By id or family; those without a sentence of their own say what to look out for. */
const ABOUT: Record<string, () => string> = {
  'starter-recognition': m.model_starter_recognition,
  'whisper-tiny': m.model_whisper_tiny,
  'whisper-base': m.model_whisper_base,
  'whisper-small': m.model_whisper_small,
  'whisper-large-v3-turbo': m.model_whisper_large_v3_turbo,
  'starter-translation': m.model_starter_translation,
  'm2m100-418m': m.model_m2m100_418m,
  'opus-mt': m.model_opus_mt,
  'firefox-translations': m.model_firefox_translations,
  'starter-speaker': m.model_starter_speaker,
  'wespeaker-ecapa-512': m.model_wespeaker_ecapa_512,
  'wespeaker-ecapa-1024': m.model_wespeaker_ecapa_1024,
  'speechbrain-ecapa': m.model_speechbrain_ecapa,
  piper: m.model_piper,
  'openvoice-v2': m.model_openvoice_v2,
  'pocket-tts': m.model_pocket_tts,
  'chatterbox-multilingual': m.model_chatterbox_multilingual,
  audioseal: m.model_audioseal
};

/** What it adds, and what to know before taking it. */
export function about({ id, cautions = [] }: Model): string {
  return [ABOUT[id], ...cautions.map((code) => CAUTION[code])].flatMap((say) => say?.() ?? []).join(' ');
}

export function aboutFamily(family: string): string {
  return ABOUT[family]?.() ?? '';
}

const FAMILY_NAMES: Record<string, string> = {
  'opus-mt': 'Opus-MT',
  'firefox-translations': 'Firefox translations',
  piper: 'Piper'
};

/** A proper name, the same in every language of the interface. */
export function familyName(family: string): string {
  return FAMILY_NAMES[family] ?? family;
}

/** Names in a row, as the person's language lists them. */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(names);
}

export function languagesText(model: Model): string {
  if (model.stage !== 'translation' && model.languages === 'any') return m.models_any();
  const known = languagesOf(model);
  const missing = LANGUAGES.filter((language) => !known.includes(language));
  if (missing.length === 0) return m.models_all({ count: LANGUAGES.length });
  if (missing.length <= 3)
    return m.models_but({ count: known.length, missing: listed(missing.map(languageName)) });
  return listed(known.map(languageName));
}

export function licenceText({ spdx }: Licence): string {
  if (spdx === 'LicenseRef-Browser') return m.models_licence_browser();
  if (spdx === 'LicenseRef-Unknown') return m.models_licence_unknown();
  return spdx.replace(/^LicenseRef-/, '');
}

/** Cautions that say why a model may not be used to earn money: of one, and of several. */
const LIMIT: Partial<Record<CautionCode, [one: () => string, several: () => string]>> = {
  'research-parent': [m.caution_research_parent, m.models_licence_research_parents],
  'licence-unknown': [m.caution_licence_unknown, m.models_licence_unknowns],
  'revenue-limit': [m.caution_revenue_limit, m.caution_revenue_limit]
};

/** Models that may not be used to earn money for the same reason. */
export interface Limited {
  models: readonly Model[];
  why: string;
  /** Where that can be read, when all are from there. */
  repo: string | undefined;
}

/** What is to be said of several, such as a folder of voices, is said once. */
export function limitsOf(models: readonly Model[]): Limited[] {
  const alike = new Map<string, Model[]>();
  for (const model of models) {
    const why = limitText([model]);
    alike.set(why, [...(alike.get(why) ?? []), model]);
  }
  return [...alike.values()].map((group) => {
    const repos = new Set(group.map(({ source }) => (source.kind === 'hub' ? source.repo : undefined)));
    return { models: group, why: limitText(group), repo: repos.size === 1 ? [...repos][0] : undefined };
  });
}

/** What is known of their making, or else their licences themselves. */
function limitText(models: readonly Model[]): string {
  const isOne = models.length === 1;
  const known = (models[0]?.cautions ?? []).map((code) => LIMIT[code]).filter((say) => say !== undefined);
  if (known.length === 0) return isOne ? m.models_licence_forbids() : m.models_licence_forbid();
  return known.map(([one, several]) => (isOne ? one() : several())).join(' ');
}

/** A pair of languages: `French → German`. */
export function directionText(model: Model): string {
  if (model.stage !== 'translation') return model.name;
  return model.directions
    .map((pair) => ('from' in pair ? `${languageName(pair.from)} → ${languageName(pair.to)}` : model.name))
    .join(', ');
}

export function percent(fraction: number): string {
  // Rounded down: what is called whole is whole.
  const whole = Math.floor(fraction * 100) / 100;
  return new Intl.NumberFormat(getLocale(), { style: 'percent' }).format(whole);
}

/** What is going on with it, and how long it will still take. */
export function taskText({ phase, fraction, bytesPerSecond }: ModelTask): string {
  switch (phase) {
    case 'queued':
      return m.models_phase_queued();
    case 'held':
      return m.models_phase_held();
    case 'list':
      return m.models_phase_list();
    case 'check':
      return m.models_phase_check({ percent: percent(fraction ?? 0) });
    case 'copy':
      return m.models_phase_copy();
    case 'fetch':
      return bytesPerSecond === null
        ? m.models_phase_fetch_slow({ percent: percent(fraction ?? 0) })
        : m.models_phase_fetch({ percent: percent(fraction ?? 0), speed: formatBytes(bytesPerSecond) });
  }
}

/** Empty while it can't be said. */
export function leftText({ phase, doneBytes, totalBytes, bytesPerSecond }: ModelTask): string {
  if (phase !== 'fetch' || !bytesPerSecond) return '';
  return m.models_left({ time: formatDuration(((totalBytes - doneBytes) / bytesPerSecond) * 1000) });
}

/** The catalogue's sentences are about messages; a download that fails loses none. */
export function failureText(code: ErrorCode): string {
  if (code === 'storage/full') return m.models_full();
  if (code === 'model/missing') return m.models_missing();
  return errorSentence(code);
}

/** What a person's own disk holds can't be had from another source. */
export function importFailureText(code: ErrorCode): string {
  if (code === 'input/invalid') return m.models_import_unknown();
  if (code === 'model/missing') return m.models_import_partial();
  if (code === 'model/damaged') return m.models_import_damaged();
  if (code === 'storage/full') return m.models_import_full();
  return errorSentence(code);
}

/** What of the person's disk is being taken, and how far that is. */
export function importText({ phase, id, fraction }: Import): string {
  if (phase === 'held') return m.models_phase_held();
  if (phase === null && id === null) return m.models_import_looking();
  const done = percent(fraction);
  return id === null ? m.models_importing_archive({ done }) : m.models_importing({ name: nameOf(id), done });
}

const FOUND: Record<DeviceView['gpu'], (carry: { carry: string }) => string> = {
  trusted: m.models_device_trusted,
  distrusted: m.models_device_distrusted,
  software: m.models_device_software,
  small: m.models_device_small,
  none: m.models_device_none,
  unwanted: m.models_device_unwanted
};

/** What the device can carry, in one sentence. */
export function deviceText({ gpu }: DeviceView, largestBytes: number, oneAtATime: boolean): string {
  const size = formatBytes(largestBytes);
  return FOUND[gpu]({ carry: oneAtATime ? m.models_carry_one({ size }) : m.models_carry({ size }) });
}
