import { bestVariant, modelById, TIER_PLANS, type Model, type Variant } from '../../../models/catalog';
import { askedLimits, type DeviceView } from '$lib/engines';
import type { LibraryEntry, WantedModel } from '$workers/library';

/** What the library shall fetch for a model of the catalogue, in one of its variants. Undefined: it is not on the hub. */
export function wantedModel({ id, source }: Model, { name, files }: Variant): WantedModel | undefined {
  if (source.kind !== 'hub' || files.length === 0) return undefined;
  return { id, repo: source.repo, revision: source.revision, files, dtype: name };
}

/**
 * The variant that suits this device best, one that it is thought to carry before a larger one; undefined: none works
 * on it.
 */
export function variantFor(
  model: Model,
  { plan, tier }: Pick<DeviceView, 'plan' | 'tier'>
): Variant | undefined {
  for (const limits of [TIER_PLANS[tier], askedLimits(tier)])
    for (const device of plan.devices) {
      const variant = bestVariant(model, device, limits);
      if (variant) return variant;
    }
  return undefined;
}

/** The variant that is stored, or begun. */
export function storedVariant(model: Model, dtype: string | null): Variant | undefined {
  return model.variants.find(({ name }) => name === dtype) ?? model.variants[0];
}

/** `not-yet`: no engine runs it, or its files are not on the hub. */
export type Unfit = 'not-yet' | 'no-webgpu';

/** Why a model can't be had on this device; undefined: it can. */
export function unfit(model: Model, view: Pick<DeviceView, 'plan' | 'tier'>): Unfit | undefined {
  if (model.runsHere === null || model.source.kind !== 'hub') return 'not-yet';
  return variantFor(model, view) ? undefined : 'no-webgpu';
}

/** The memory that a variant asks for when that is more than the device is thought to have. */
export function tight({ memoryBytes }: Variant, { tier }: Pick<DeviceView, 'tier'>): number | undefined {
  return memoryBytes > TIER_PLANS[tier].memoryBytes ? memoryBytes : undefined;
}

/** A model's proper name; its id, for one that this version does not know. */
export function nameOf(id: string): string {
  return modelById(id)?.name ?? id;
}

export function byId(entries: readonly LibraryEntry[]): ReadonlyMap<string, LibraryEntry> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}
