/** Counts and dates as this page writes them. */
import * as m from '$lib/paraglide/messages.js';
import { getLocale } from '$lib/ui';

export function recordingsText(count: number): string {
  return count === 1 ? m.voice_model_recording_one() : m.voice_model_recordings({ count });
}

export function dateText(at: number, style: 'long' | 'short' = 'long'): string {
  const year = new Date(at).getFullYear() === new Date().getFullYear() && style === 'short';
  return new Intl.DateTimeFormat(getLocale(), {
    day: 'numeric',
    month: style,
    ...(year ? {} : { year: 'numeric' })
  }).format(at);
}
