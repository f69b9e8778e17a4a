/** The level as a ring: ticks on three quarters of a circle, open at the foot, from quiet at the left to full scale. */
export const RING = { size: 252, ticks: 72, inner: 101, outer: 115, outerZone: 123 } as const;

const OPEN_DEGREES = 90;
const QUIETEST_DBFS = -60;
/** What a take is called good for, as the messages' level shows it: dB below full scale. */
export const GOOD_DBFS = { from: -40, to: -9 } as const;

/** A level's place on the ring, 0…1. */
export function placeOf(dbfs: number): number {
  return Math.min(1, Math.max(0, 1 - dbfs / QUIETEST_DBFS));
}

/** The ticks of the places `from`…`to` (0…1), as a path in a square of `RING.size`. */
export function ticksBetween(from: number, to: number, outer: number = RING.outer): string {
  const first = Math.ceil(from * RING.ticks - 0.5);
  const last = Math.ceil(to * RING.ticks - 0.5);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => tick(first + index, outer)).join('');
}

function tick(index: number, outer: number): string {
  const turn = (index + 0.5) / RING.ticks;
  const radians = ((90 + OPEN_DEGREES / 2 + turn * (360 - OPEN_DEGREES)) * Math.PI) / 180;
  const at = (radius: number) =>
    [Math.cos(radians), Math.sin(radians)]
      .map((part) => (RING.size / 2 + radius * part).toFixed(1))
      .join(' ');
  return `M${at(RING.inner)}L${at(outer)}`;
}
