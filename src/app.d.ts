declare global {
  /** Hosts that may ask a person at all, set when the app is built (vite/embedHosts.ts); empty: every one. */
  const __EMBED_HOSTS__: readonly string[];

  namespace App {
    interface PageState {
      /** The person pressed record where there was no conversation yet: begin at once. */
      record?: boolean;
    }
  }
}

export {};
