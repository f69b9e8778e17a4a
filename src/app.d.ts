declare global {
  namespace App {
    interface PageState {
      /** The person pressed record where there was no conversation yet: begin at once. */
      record?: boolean;
    }
  }
}

export {};
