/* Before the first paint: the chosen theme and language, so that nothing flashes. See src/lib/ui/theme.svelte.ts. */
(function () {
  /* Inside another site a browser may refuse even to be asked. What is chosen then lasts as long as the page. */
  function standIn(name) {
    var kept = new Map();
    Object.defineProperty(window, name, {
      value: {
        getItem: (key) => kept.get(String(key)) ?? null,
        setItem: (key, value) => void kept.set(String(key), String(value)),
        removeItem: (key) => void kept.delete(String(key)),
        clear: () => kept.clear(),
        key: (at) => [...kept.keys()][at] ?? null,
        get length() {
          return kept.size;
        }
      }
    });
  }
  for (const name of ['localStorage', 'sessionStorage']) {
    try {
      window[name].getItem('timbre.theme');
    } catch {
      standIn(name);
    }
  }
  var theme = localStorage.getItem('timbre.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  var locale = localStorage.getItem('PARAGLIDE_LOCALE');
  if (locale) document.documentElement.lang = locale;
})();
