/** What the page says of a voice model. */
import * as m from '$lib/paraglide/messages.js';
import { formatLikeness } from '$lib/ui';
import type { ModelOrigin, ModelSample } from '$lib/voice';
import { CHATTERBOX, MATCHED, OPENVOICE, POCKET, type VoiceFidelity } from '$workers/contract';

/** How much a confidence is worth, in a word or two. @param confidence 0…1 */
export function confidenceWord(confidence: number): string {
  if (confidence >= 0.9) return m.voice_model_confidence_high();
  if (confidence >= 0.7) return m.voice_model_confidence_good();
  return confidence >= 0.5 ? m.voice_model_confidence_fair() : m.voice_model_confidence_low();
}

/** The steps of the quality score, in words. */
export function audioWord(totalDurationMs: number): string {
  if (totalDurationMs < 10_000) return m.voice_model_audio_least();
  if (totalDurationMs < 30_000) return m.voice_model_audio_little();
  return totalDurationMs < 60_000 ? m.voice_model_audio_enough() : m.voice_model_audio_plenty();
}

const ORIGINS: Record<ModelOrigin, () => string> = {
  trained: m.voice_model_origin_trained,
  created: m.voice_model_origin_created,
  improved: m.voice_model_origin_improved,
  recalibrated: m.voice_model_origin_recalibrated,
  remade: m.voice_model_origin_remade
};
export function originText(origin: ModelOrigin): string {
  return ORIGINS[origin]();
}

/** An engine that can speak in a voice. */
export interface SpeakingEngine {
  name: string;
  /** A proper name, or what it does. */
  title: string;
  fidelity: Exclude<VoiceFidelity, 'stock'>;
}

/** Best first. */
const ENGINES: readonly { name: string; title: () => string; fidelity: SpeakingEngine['fidelity'] }[] = [
  { name: CHATTERBOX, title: () => 'Chatterbox', fidelity: 'cloned' },
  { name: POCKET, title: () => 'Pocket TTS', fidelity: 'cloned' },
  { name: OPENVOICE, title: () => 'OpenVoice V2', fidelity: 'cloned' },
  { name: MATCHED, title: m.voice_model_engine_matched, fidelity: 'matched' }
];

export function engineTitle(name: string): string {
  return ENGINES.find((engine) => engine.name === name)?.title() ?? name;
}

/** The engines that a voice model has something for, best first; one that this page doesn't know is left out. */
export function enginesOf(conditioning: Record<string, unknown>): SpeakingEngine[] {
  return ENGINES.filter(({ name }) => conditioning[name] !== undefined).map(({ name, title, fidelity }) => ({
    name,
    title: title(),
    fidelity
  }));
}

/** How a recording counted in a voice model. */
export function countsText({ weight, setAside }: Pick<ModelSample, 'weight' | 'setAside'>): string {
  if (setAside === 'outlier') return m.voice_model_aside_outlier();
  if (setAside === 'problems') return m.voice_model_aside_problems();
  return weight >= 1
    ? m.voice_model_counts()
    : m.voice_model_counts_less({ value: Math.round(weight * 100) });
}

/** The picture in words: how many recordings lie where. */
export function pictureText(samples: readonly ModelSample[], gate: number): string {
  const counted = samples.filter(({ setAside }) => setAside === null);
  const similarities = counted.map(({ similarity }) => similarity);
  const aside = samples.length - counted.length;
  const parts: string[] = [
    counted.length === 1
      ? m.voice_model_picture_one()
      : m.voice_model_picture_desc({
          count: counted.length,
          low: formatLikeness(Math.min(...similarities)),
          high: formatLikeness(Math.max(...similarities))
        }),
    m.voice_model_picture_gate({ value: formatLikeness(gate) })
  ];
  if (aside > 0) parts.push(asideText(aside));
  return parts.join(' ');
}

export function asideText(count: number): string {
  return count === 1 ? m.voice_model_aside_one() : m.voice_model_aside({ count });
}
