import type { App } from '$lib/app';
import type { RecordedTake, TakeForVoice } from '$lib/audio';
import * as m from '$lib/paraglide/messages.js';
import { announce } from '$lib/ui';
import { attempt } from '../../(messages)/card/attempt';
import { offerUndo } from '../../(messages)/composer/offerUndo.svelte';
import { Recording } from '../../(messages)/composer/recording.svelte';
import type { Microphone } from '../microphone.svelte';

/** What is to be recorded next, and what becomes of it. */
export interface Plan {
  forVoice: TakeForVoice;
  /** Keeps what was recorded. While it rejects, the take is in hand and can be saved again. */
  save(take: RecordedTake): Promise<void>;
}

/** One take after another for a voice: recorded as the microphone hears it, and saved as soon as it ends. */
export class Session {
  readonly recording: Recording;
  saving = $state(false);
  /** Of the take in hand: what is asked for afterwards is the next one's. */
  #planned: Plan | null = null;
  #left = false;

  /** @param plan asked when a recording begins; null: there is nothing to record now. */
  constructor(
    private readonly app: App,
    private readonly microphone: Microphone,
    private readonly plan: () => Plan | null
  ) {
    this.recording = new Recording(app);
  }

  /** Something is in hand. */
  get active(): boolean {
    return this.recording.active;
  }

  /** Something else is being recorded: neither button nor keys do anything. */
  get blocked(): boolean {
    return !this.microphone.isFreeFor(this);
  }

  /** The one button. */
  async press(): Promise<void> {
    if (this.saving || this.blocked) return;
    if (this.recording.phase === 'idle') await this.begin();
    else if (this.recording.phase === 'starting') await this.discard();
    else await this.stop();
  }

  async begin(): Promise<void> {
    if (this.recording.active || this.blocked) return;
    this.#planned = this.plan();
    this.#left = false;
    if (!this.#planned || !this.microphone.take(this)) return;
    const { forVoice } = this.#planned;
    if (await this.recording.start({ processing: 'raw', forVoice })) announce(m.announce_recording());
  }

  async stop(): Promise<void> {
    const planned = this.#planned;
    if (this.saving || !planned) return;
    this.saving = true;
    const saved = await attempt(async () => {
      await planned.save(await this.recording.stop());
      this.recording.done();
    });
    this.saving = false;
    // Else the take is in hand and can be saved again; not where the browser recorded nothing.
    if (!saved && (this.#left || this.recording.phase !== 'stopped')) this.recording.leave();
  }

  /** Sets it aside, with a way back. */
  async discard(): Promise<void> {
    await attempt(async () => {
      const discarded = await this.recording.discard();
      if (!discarded) return;
      const { undoMs } = await this.app.storage.settings.get();
      offerUndo({
        text: m.recording_discarded(),
        durationMs: undoMs,
        // Taken back, it is offered as one that was left behind.
        undo: () => discarded.undo(),
        end: () => discarded.forget()
      });
    });
  }

  /** The same once more, from its beginning. */
  async startAgain(): Promise<void> {
    await this.discard();
    await this.begin();
  }

  /** The page goes: what was recorded stays in the journal, and is offered on return. */
  leave(): void {
    this.#left = true;
    // What is being saved is saved.
    if (!this.saving) this.recording.leave();
  }
}
