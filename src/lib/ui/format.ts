/** Numbers, times and names as the person's language writes them. */
import { getLocale } from '$lib/paraglide/runtime.js';

/** `0:13`, `12:05`, `1:02:05`; rounds down, so that a clock never shows time that has not passed. */
export function formatDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}

/** `18.4 MB`; decimal units, as disks and browsers count. */
export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(getLocale(), {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power < 2 ? 0 : 1
  }).format(bytes / 1000 ** power);
}

/** A cosine with two decimals. */
export function formatLikeness(value: number): string {
  return new Intl.NumberFormat(getLocale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    value
  );
}

/** The clock today, the weekday within a week, else the date. */
export function formatWhen(at: Date | number, now: Date = new Date()): string {
  const date = new Date(at);
  const days = Math.floor(
    (new Date(now).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000
  );
  const options: Intl.DateTimeFormatOptions =
    days <= 0
      ? { hour: '2-digit', minute: '2-digit' }
      : days < 7
        ? { weekday: 'short' }
        : {
            day: 'numeric',
            month: 'short',
            ...(date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' })
          };
  return new Intl.DateTimeFormat(getLocale(), options).format(date);
}

/** A language's name in the interface's language: "French", "français". */
export function languageName(code: string): string {
  return new Intl.DisplayNames(getLocale(), { type: 'language' }).of(code) ?? code;
}

/** A language's name in itself, with a capital: "Français". */
export function languageOwnName(code: string): string {
  const name = new Intl.DisplayNames(code, { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
