/** What a host may do, in words; and what it asks for, which the person allows one by one. */
import * as m from '$lib/paraglide/messages.js';
import type { Capability } from '$lib/embed';

export interface Facts {
  /** Above what it gets. */
  when: string;
  gets: string[];
  never: string[];
}

/** @param visible the frame has a recorder: what is recorded there goes by the person's own hand. */
export function factsOf(capabilities: readonly Capability[], visible: boolean): Facts {
  const may = (capability: Capability) => capabilities.includes(capability);
  const gets: string[] = [];
  if (may('process')) {
    gets.push(visible ? m.embed_gets_message() : m.embed_gets_handed());
    gets.push(visible ? m.embed_gets_words() : m.embed_gets_spoken());
  }
  if (may('voice')) gets.push(m.embed_gets_voice());
  if (may('samples')) gets.push(m.embed_gets_samples());
  const bySending = visible && capabilities.every((capability) => capability === 'process');
  return {
    when: bySending ? m.embed_gets_on_send() : m.embed_gets(),
    gets,
    never: [m.embed_never_messages(), may('samples') ? m.embed_never_model() : m.embed_never_voice()]
  };
}

/** What a capability is called, and what it means that a person might not think of. */
export const CAPABILITY_WORDS: Record<Capability, { name: () => string; text: (() => string) | null }> = {
  process: { name: m.embed_may_process, text: null },
  voice: { name: m.embed_may_voice, text: m.embed_may_voice_text },
  samples: { name: m.embed_may_samples, text: m.embed_may_samples_text }
};

/** What goes without saying when the sheet is answered with yes, and what the person ticks besides. */
export interface Asked {
  granted: readonly Capability[];
  /** `ticked`: at first. The recordings of a voice are never given by a press on the way. */
  choices: readonly { capability: Capability; ticked: boolean }[];
}

/** One thing alone is the question itself; more than one are to be answered apart. */
export function askedOf(asked: readonly Capability[]): Asked {
  if (asked.length === 1) return { granted: asked, choices: [] };
  return {
    granted: asked.filter((capability) => capability === 'process'),
    choices: asked
      .filter((capability) => capability !== 'process')
      .map((capability) => ({ capability, ticked: capability === 'voice' }))
  };
}
