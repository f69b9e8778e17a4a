import { writable } from 'svelte/store';
import { describe, expect, it } from 'vitest';
import { eraseVoice, isNothing, storedNow, type Stored } from './eraseVoice';

const NOTHING: Stored = { samples: 0, models: 0, bytes: 0 };

/** Tables that answer a moment after they are asked, as a live query does. */
function profiles(there: Stored, after: Stored) {
  let now = there;
  const asked = { open: 0, times: 0 };
  return {
    asked,
    stored: () => {
      const answer = writable<Stored | undefined>(undefined, () => {
        asked.open++;
        asked.times++;
        queueMicrotask(() => answer.set(now));
        return () => asked.open--;
      });
      return { subscribe: answer.subscribe };
    },
    erase: () => {
      now = after;
      return Promise.resolve();
    }
  };
}

describe('erasing a voice', () => {
  it('says what was there, and looks again for what is left', async () => {
    const there = { samples: 11, models: 3, bytes: 2_000_000 };
    const made = profiles(there, NOTHING);
    expect(await eraseVoice(made, 'me')).toEqual({ gone: there, left: NOTHING });
    expect(made.asked).toEqual({ open: 0, times: 2 });
  });

  it('does not call gone what is there still', async () => {
    const left = { samples: 1, models: 0, bytes: 10 };
    const { left: found } = await eraseVoice(profiles({ samples: 2, models: 0, bytes: 20 }, left), 'me');
    expect(isNothing(found)).toBe(false);
    expect(isNothing(NOTHING)).toBe(true);
  });

  it('takes an answer that is there at once', async () => {
    const at = { samples: 1, models: 1, bytes: 1 };
    expect(await storedNow({ stored: () => writable<Stored | undefined>(at) }, 'me')).toEqual(at);
  });
});
