import { expect, it } from 'vitest';
import { LevelFollower } from './level';

const report = (rmsDbfs: number, clipped = false) => ({ rmsDbfs, peakDbfs: rmsDbfs + 6, clipped });

it('rises at once, falls slowly', () => {
  const follower = new LevelFollower();
  follower.follow(report(-20), 1000);
  expect(follower.shownDbfs).toBe(-20);
  follower.follow(report(-90), 1500);
  expect(follower.shownDbfs).toBeCloseTo(-32);
  follower.follow(report(-25), 1530);
  expect(follower.shownDbfs).toBe(-25);
});

it('says good, too quiet, too loud, and holds what it said long enough to be read', () => {
  const follower = new LevelFollower();
  expect(follower.follow(report(-20), 1000)).toBe('good');
  expect(follower.follow(report(-5, true), 1400)).toBe('good');
  expect(follower.follow(report(-20), 2300)).toBe('too-loud');
  // The clipped report is older than the window: quiet speech now.
  expect(follower.follow(report(-50), 4000)).toBe('too-quiet');
  expect(follower.follow(report(-90), 6000)).toBe('listening');
});
