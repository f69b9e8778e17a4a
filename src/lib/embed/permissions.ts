import { writable, type Readable } from 'svelte/store';
import { cancelled } from '$lib/abort';
import type { HostGrant, Storage } from '$lib/storage';
import { TimbreError } from '$workers/contract';
import { CAPABILITIES } from '$sdk/protocol';
import { markUsed, remember, takeBack } from './grants';
import type { Answer, Capability, EmbedState } from './types';

export type PermissionState = Pick<EmbedState, 'asked' | 'granted' | 'remembered'>;

interface Waiter {
  needs: readonly Capability[];
  wake(): void;
}

/**
 * What one host may do: allowed once (until the page is loaded anew), or always (a row of `hosts`, followed live, so
 * that what is taken back in another tab is taken back here). A denial holds as long as the page: the host can't ask
 * again, the person can.
 */
export class Permissions {
  private readonly once = new Set<Capability>();
  private readonly denied = new Set<Capability>();
  private readonly waiters = new Set<Waiter>();
  private askedByPerson: readonly Capability[] = [];
  private grant: HostGrant | null = null;
  private used = false;
  private unfollow = () => {};
  private readonly now = writable<PermissionState>({ asked: null, granted: [], remembered: false });
  readonly state: Readable<PermissionState> = { subscribe: this.now.subscribe };
  /** Resolves when it is known what was allowed always. */
  readonly ready: Promise<void>;

  /** @param onLost at once, for the calls that run. */
  constructor(
    private readonly host: string,
    private readonly storage: () => Promise<Pick<Storage, 'store'>>,
    private readonly clock: { now(): number },
    private readonly onLost: (lost: readonly Capability[]) => void
  ) {
    this.ready = this.follow().catch((error: unknown) => {
      // A browser that stores nothing in frames: what is allowed here is allowed once.
      console.warn('It is not known what this host was allowed before.', error);
    });
  }

  get granted(): readonly Capability[] {
    return CAPABILITIES.filter((each) => this.once.has(each) || this.grant?.capabilities.includes(each));
  }

  has(needs: readonly Capability[]): boolean {
    return this.missing(needs).length === 0;
  }

  /** Resolves when all of it is allowed; opens the sheet where it isn't yet. Errors: `embed/not-allowed`, `job/cancelled`. */
  async require(needs: readonly Capability[], signal: AbortSignal): Promise<void> {
    await this.ready;
    for (let missing = this.missing(needs); missing.length > 0; missing = this.missing(needs)) {
      if (signal.aborted) throw cancelled();
      if (missing.some((each) => this.denied.has(each))) throw notAllowed(missing);
      await this.answered(missing, signal);
    }
    await this.noteUse();
  }

  /** The person opens the sheet themselves; what they denied before is asked again. */
  ask(capabilities: readonly Capability[]): void {
    this.askedByPerson = this.missing(capabilities);
    this.askedByPerson.forEach((each) => this.denied.delete(each));
    this.tell();
  }

  /** It counts at once. Errors: `storage/…` where it can't be remembered. */
  async answer({ allow, remember: always }: Answer): Promise<void> {
    this.asked().forEach((each) => this.denied.add(each));
    for (const each of allow) {
      this.denied.delete(each);
      this.once.add(each);
    }
    this.askedByPerson = [];
    this.wake();
    if (!always) return;
    this.grant = await remember(await this.storage(), this.host, allow, this.clock.now());
    this.tell();
  }

  /** Errors: `storage/…`; it is gone here all the same. */
  async revoke(capabilities?: readonly Capability[]): Promise<void> {
    const lost = capabilities ?? CAPABILITIES;
    const left = without(this.grant?.capabilities ?? [], lost);
    // Nothing left is no row, and no refusal for good, whose end would be a pardon.
    this.grant = this.grant && left.length > 0 ? { ...this.grant, capabilities: left } : null;
    this.lose(lost);
    await takeBack(await this.storage(), this.host, capabilities);
  }

  /** Looks again at what is stored: a row that went may not have been told yet. */
  async refresh(): Promise<void> {
    const { store } = await this.storage();
    this.receive((await store.get('hosts', this.host)) ?? null);
  }

  end(): void {
    this.unfollow();
    this.waiters.clear();
  }

  private async follow(): Promise<void> {
    const { store } = await this.storage();
    this.receive((await store.get('hosts', this.host)) ?? null);
    const live = store.live(async (reader) => (await reader.get('hosts', this.host)) ?? null);
    this.unfollow = live.subscribe((grant) => {
      if (grant !== undefined) this.receive(grant);
    });
  }

  /** What goes from the row goes from memory, too: whoever takes it back doesn't mean half of it. */
  private receive(grant: HostGrant | null): void {
    const before = this.grant;
    this.grant = grant;
    if (grant?.capabilities.length === 0) CAPABILITIES.forEach((each) => this.denied.add(each));
    else if (before?.capabilities.length === 0) this.denied.clear();
    const allGone = before !== null && before.capabilities.length > 0 && grant === null;
    const lost = allGone ? CAPABILITIES : without(before?.capabilities ?? [], grant?.capabilities ?? []);
    if (lost.length > 0) this.lose(lost);
    else this.wake();
  }

  private lose(lost: readonly Capability[]): void {
    for (const each of lost) {
      this.once.delete(each);
      this.denied.add(each);
    }
    this.onLost(lost);
    this.wake();
  }

  private missing(needs: readonly Capability[]): Capability[] {
    return without(needs, this.granted);
  }

  private asked(): Capability[] {
    const wanted = [...this.waiters].flatMap(({ needs }) => needs).concat(this.askedByPerson);
    return CAPABILITIES.filter((each) => wanted.includes(each) && !this.granted.includes(each));
  }

  private answered(needs: readonly Capability[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiters.delete(waiter);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const stop = () => {
        wake();
        this.tell();
      };
      const waiter: Waiter = { needs, wake };
      this.waiters.add(waiter);
      signal.addEventListener('abort', stop, { once: true });
      this.tell();
    });
  }

  /** Those that wait for what nobody decided yet go on waiting: the sheet stays. */
  private wake(): void {
    for (const { needs, wake } of this.waiters)
      if (this.has(needs) || needs.some((each) => this.denied.has(each))) wake();
    this.tell();
  }

  private tell(): void {
    const [asked, granted] = [this.asked(), this.granted];
    const remembered = granted.length > 0 && without(granted, this.grant?.capabilities ?? []).length === 0;
    this.now.set({ asked: asked.length > 0 ? asked : null, granted, remembered });
  }

  private async noteUse(): Promise<void> {
    if (this.used || !this.grant) return;
    this.used = true;
    await markUsed(await this.storage(), this.host, this.clock.now());
  }
}

export function notAllowed(capabilities: readonly Capability[]): TimbreError {
  return new TimbreError('embed/not-allowed', `the person has not allowed: ${capabilities.join(', ')}`);
}

function without(all: readonly Capability[], some: readonly Capability[]): Capability[] {
  return all.filter((each) => !some.includes(each));
}
