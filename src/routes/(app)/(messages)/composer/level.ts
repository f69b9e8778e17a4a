import type { AudioLevel } from '$lib/audio';

/** What a person is told about their level, as it is now. */
export type LevelVerdict = 'listening' | 'good' | 'too-quiet' | 'too-loud';

/** Falls so fast, in dB a second; it rises at once. */
const FALL_DB = 24;
/** A verdict can be read. */
const HOLD_MS = 1200;
/** How long a pause between words may be before it counts as silence. */
const WINDOW_MS = 1500;
/** As `VERDICT_LIMITS.minSpeechDbfs` of a finished take. */
const QUIET_DBFS = -40;
const SILENT_DBFS = -60;

/** Makes a meter of the reports of a microphone, and a verdict that stays long enough to be read. */
export class LevelFollower {
  shownDbfs = -100;
  private verdict: LevelVerdict = 'listening';
  private since = -Infinity;
  private lastAt = 0;
  private recent: { at: number; dbfs: number; clipped: boolean }[] = [];

  /** @param now milliseconds of a clock that only goes forward. */
  follow({ rmsDbfs, clipped }: AudioLevel, now: number): LevelVerdict {
    const fallen = this.shownDbfs - (FALL_DB * Math.max(0, now - this.lastAt)) / 1000;
    this.shownDbfs = Math.max(rmsDbfs, this.lastAt === 0 ? -100 : fallen, -100);
    this.lastAt = now;
    this.recent = [
      ...this.recent.filter(({ at }) => now - at < WINDOW_MS),
      { at: now, dbfs: rmsDbfs, clipped }
    ];
    const next = this.judge();
    if (next !== this.verdict && now - this.since >= HOLD_MS) {
      this.verdict = next;
      this.since = now;
    }
    return this.verdict;
  }

  private judge(): LevelVerdict {
    if (this.recent.some((report) => report.clipped)) return 'too-loud';
    const loudest = Math.max(...this.recent.map(({ dbfs }) => dbfs));
    if (loudest < SILENT_DBFS) return 'listening';
    return loudest < QUIET_DBFS ? 'too-quiet' : 'good';
  }
}
