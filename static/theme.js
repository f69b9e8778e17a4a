/* Before the first paint: the chosen theme and language, so that nothing flashes. See src/lib/ui/theme.svelte.ts. */
(function () {
  try {
    var theme = localStorage.getItem('timbre.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    var locale = localStorage.getItem('PARAGLIDE_LOCALE');
    if (locale) document.documentElement.lang = locale;
  } catch {
    /* Storage is closed to this page: the system's theme it is. */
  }
})();
