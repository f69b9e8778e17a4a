import { describe, expect, it } from 'vitest';
import { askedOf, factsOf } from './facts';

describe('what the sheet says', () => {
  it('of the recorder: nothing goes before Send', () => {
    expect(factsOf(['process'], true)).toEqual({
      when: 'It gets, when you press Send',
      gets: ['The message you recorded here', 'Its words and translations'],
      never: ['Your other messages', 'Your voice model or its recordings']
    });
  });
  it('of a frame without one: what is handed over comes back at once', () => {
    const { when, gets } = factsOf(['process'], false);
    expect(when).toBe('It gets');
    expect(gets).toEqual([
      'The words of the recordings that it hands over',
      'Translations, and speech of them'
    ]);
  });
  it('of the voice: Send is not the only way any more', () => {
    const { when, gets, never } = factsOf(['process', 'voice'], true);
    expect(when).toBe('It gets');
    expect(gets).toHaveLength(3);
    expect(never).toContain('Your voice model or its recordings');
  });
  it('of the samples: only the model itself stays', () => {
    const { gets, never } = factsOf(['process', 'samples'], true);
    expect(gets).toContain('The recordings of your voice');
    expect(never).toEqual(['Your other messages', 'Your voice model itself']);
  });
});

describe('what is asked', () => {
  it('is ticked apart from what goes without saying, the samples never beforehand', () => {
    expect(askedOf(['process', 'voice', 'samples'])).toEqual({
      granted: ['process'],
      choices: [
        { capability: 'voice', ticked: true },
        { capability: 'samples', ticked: false }
      ]
    });
  });
  it('is the question itself where it is one thing alone', () => {
    expect(askedOf(['samples'])).toEqual({ granted: ['samples'], choices: [] });
    expect(askedOf(['process'])).toEqual({ granted: ['process'], choices: [] });
  });
  it('goes by ticks alone where the rest is allowed already', () => {
    expect(askedOf(['voice', 'samples']).granted).toEqual([]);
  });
});
