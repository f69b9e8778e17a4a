/**
 * Light, dark, or the system's. `static/theme.js` reads the same key before the first paint.
 */
export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

const KEY = 'timbre.theme';
/** The grounds of tokens.css, for the browser's own bar. */
const GROUND = { light: '#E9EFEC', dark: '#0B1210' };

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return THEMES.find((choice) => choice === value) ?? 'system';
}

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

class Theme {
  choice = $state<ThemeChoice>(stored());
  #systemIsDark = $state(systemIsDark.matches);
  #lent = $state<'light' | 'dark' | null>(null);
  readonly #wanted = $derived(this.#lent ?? this.choice);
  /** What is shown. */
  readonly shown = $derived(
    this.#wanted === 'system' ? (this.#systemIsDark ? 'dark' : 'light') : this.#wanted
  );

  constructor() {
    systemIsDark.addEventListener('change', (event) => {
      this.#systemIsDark = event.matches;
      this.#apply();
    });
    // Another tab of the same app.
    addEventListener('storage', (event) => {
      if (event.key !== KEY) return;
      this.choice = stored();
      this.#apply();
    });
    this.#apply();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
    this.#apply();
  }

  /** To the other of light and dark. */
  toggle(): void {
    this.choose(this.shown === 'dark' ? 'light' : 'dark');
  }

  /** Shows a theme for as long as this page lives, and stores nothing; null: the person's own again. */
  show(theme: 'light' | 'dark' | null): void {
    this.#lent = theme;
    this.#apply();
  }

  #apply(): void {
    if (this.#wanted === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#wanted;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
      meta.content = GROUND[this.shown];
  }
}

export const theme = new Theme();
