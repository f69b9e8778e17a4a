import { getLocale } from '$lib/ui';

const DAY_MS = 86_400_000;

/** "today", "yesterday", or the date. */
export function dayOf(at: number, now: Date = new Date()): string {
  const midnight = (date: Date) => new Date(date).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(new Date(at))) / DAY_MS);
  if (days < 2) return new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto' }).format(-days, 'day');
  return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'long' }).format(at);
}
