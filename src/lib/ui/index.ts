/** What pages are made of: components, the catalogue, announcements, toasts, theme. */
export { announce, type Urgency } from './announce';
export { busy } from './busy.svelte';
export { default as Button } from './components/Button.svelte';
export { default as Chip } from './components/Chip.svelte';
export { default as Dialog } from './components/Dialog.svelte';
export { default as Icon } from './components/Icon.svelte';
export { default as IconButton } from './components/IconButton.svelte';
export { default as Logo } from './components/Logo.svelte';
export { default as PageHeader } from './components/PageHeader.svelte';
export { default as PlayButton } from './components/PlayButton.svelte';
export { default as Portrait } from './components/Portrait.svelte';
export { default as ProgressBar } from './components/ProgressBar.svelte';
export { default as ProgressRing } from './components/ProgressRing.svelte';
export { default as Stamp } from './components/Stamp.svelte';
export { default as Waveform } from './components/Waveform.svelte';
export { errorCodeOf, errorSentence } from './errors';
export {
  formatBytes,
  formatDuration,
  formatLikeness,
  formatWhen,
  languageName,
  languageOwnName
} from './format';
export { later, type Later } from './later';
export { applyLocale, getLocale, locale, locales, setLocale, showLocale, type Locale } from './i18n';
export type { IconName } from './icons';
export { needsReload } from './needsReload';
export { ticksOf } from './portrait';
export { roving } from './roving';
export { default as LiveRegions } from './shell/LiveRegions.svelte';
export { default as Shell } from './shell/Shell.svelte';
export { default as Toasts } from './shell/Toasts.svelte';
export { whenIdle } from './shell/whenIdle.svelte';
export { theme, THEMES, type ThemeChoice } from './theme.svelte';
export { toasts, type ToastOptions } from './toasts.svelte';
export type { WaveformWord } from './waveform';
