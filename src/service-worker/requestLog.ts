/** Counts what leaves through the network, so that the app can state a measured figure. */
import type { RequestLog } from '$lib/offline/protocol';

/** Where the log is kept; a cache in the worker, memory in a test. */
export interface LogStore {
  read(): Promise<RequestLog | undefined>;
  write(log: RequestLog): Promise<void>;
}

const dayOf = (at: Date) =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

export class RequestCounter {
  /** One change after another: each reads what the last one wrote. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: LogStore,
    private readonly ownHost: string,
    private readonly now: () => Date = () => new Date()
  ) {}

  /** Adds requests to today's counts; a new day starts at zero. */
  add(requests: { host: string; sent: boolean }[]): Promise<RequestLog> {
    const next = this.#queue.then(async () => {
      const log = await this.#today();
      for (const { host, sent } of requests) {
        let line = log.counts.find((count) => count.host === host);
        if (!line) log.counts.push((line = { host, own: host === this.ownHost, count: 0, sent: 0 }));
        line.count++;
        if (sent) line.sent++;
      }
      await this.store.write(log);
      return log;
    });
    this.#queue = next.catch(() => undefined);
    return next;
  }

  read(): Promise<RequestLog> {
    return this.#queue.then(() => this.#today());
  }

  async #today(): Promise<RequestLog> {
    const day = dayOf(this.now());
    const kept = await this.store.read();
    return kept?.day === day ? kept : { day, counts: [] };
  }
}
