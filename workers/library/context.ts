import type { Clock } from '../clock';
import type { DownloadContext } from './download';
import type { Hub } from './hub';
import type { OnLibraryProgress } from './types';

/** Everything that the library works with; a test gives its own. */
export interface LibraryContext extends DownloadContext {
  hub: Hub;
  clock: Clock;
  /** The browser's storage figures, in bytes; undefined where it doesn't say. */
  estimate: () => Promise<{ usage?: number; quota?: number } | undefined>;
  /** Files fetched at once. */
  parallel: number;
}

export interface TaskOptions {
  /** Stops the work; it then throws 'job/cancelled', and what is stored stays. */
  signal: AbortSignal;
  onProgress?: OnLibraryProgress;
}
