/**
 * The edge of a stamp: a square with half-round teeth bitten out of each side.
 * @param teeth bites on one side
 * @param radius of a bite
 * @param size edge of the square
 * @returns an SVG path, clockwise from the top left corner
 */
export function perforatedSquare(teeth: number, radius: number, size = 24): string {
  const pitch = size / (teeth + 0.35);
  const gap = pitch - 2 * radius;
  const margin = (size - teeth * 2 * radius - (teeth - 1) * gap) / 2;
  const n = (value: number) => String(Math.round(value * 100) / 100);
  const side = (dx: number, dy: number): string => {
    const line = (length: number) => `l${n(dx * length)} ${n(dy * length)}`;
    const bite = `a${n(radius)} ${n(radius)} 0 0 0 ${n(dx * 2 * radius)} ${n(dy * 2 * radius)}`;
    return line(margin) + Array.from({ length: teeth }, () => bite).join(line(gap)) + line(margin);
  };
  return `M0 0${side(1, 0)}${side(0, 1)}${side(-1, 0)}${side(0, -1)}z`;
}
