/** Questions to one entry. */
import { LANGUAGES, type Device, type Lang, type TranslationDirections } from '$workers/contract';
import type { Model, OtherModel, TranslationModel, Variant, VariantName } from './types';

/** What a device can hold and do. */
export interface DeviceLimits {
  /** Most that loading may take, see `memoryNeeded`. Default: no limit. */
  memoryBytes?: number;
  /** Whether the adapter has `shader-f16`, which fp16 and q4f16 need on WebGPU. Default true. */
  shaderF16?: boolean;
}

/** Bytes to fetch; 0 for what the browser brings. Undefined when the model has no such variant. */
export function bytesOf(model: Model, name?: VariantName): number | undefined {
  if (model.source.kind === 'browser') return 0;
  const [first] = model.variants;
  return (name === undefined ? first : variantNamed(model, name))?.size.bytes;
}

export function variantNamed(model: Model, name: VariantName): Variant | undefined {
  return model.variants.find((variant) => variant.name === name);
}

/**
 * The best variant for a device within its limits: those reported to work first, then those without a report,
 * on which the self-test decides. Undefined when there is none.
 */
export function bestVariant(model: Model, device: Device, limits: DeviceLimits = {}): Variant | undefined {
  const { works, untried = [] } = model.devices[device];
  const { memoryBytes = Infinity, shaderF16 = true } = limits;
  return [...works, ...untried]
    .flatMap((name) => variantNamed(model, name) ?? [])
    .find(
      (variant) =>
        variant.memoryBytes <= memoryBytes && (device !== 'webgpu' || shaderF16 || !needsHalf(variant.name))
    );
}

function needsHalf(name: VariantName): boolean {
  return name.includes('f16') || name.includes('fp16');
}

/** The product languages that a model hears, speaks, or translates from or into; all where none matters. */
export function languagesOf(model: Model): readonly Lang[] {
  if (model.stage !== 'translation') return model.languages === 'any' ? LANGUAGES : model.languages;
  const known = new Set(
    model.directions.flatMap((directions) =>
      'among' in directions ? directions.among : [directions.from, directions.to]
    )
  );
  return LANGUAGES.filter((language) => known.has(language));
}

/** Whether the app could use the model in this language; a limit that it cannot work around is a no. */
export function handles(model: OtherModel, language: Lang): boolean {
  return languagesOf(model).includes(language) && model.limits?.[language] !== 'needs-reading';
}

/** Whether the model translates straight from one language into another. */
export function translates(model: TranslationModel, from: Lang, to: Lang): boolean {
  return model.directions.some((directions) => includes(directions, from, to));
}

function includes(directions: TranslationDirections, from: Lang, to: Lang): boolean {
  if ('among' in directions)
    return from !== to && directions.among.includes(from) && directions.among.includes(to);
  return directions.from === from && directions.to === to;
}
