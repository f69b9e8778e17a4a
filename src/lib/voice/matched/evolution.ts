import { normal } from '$workers/chance';

export interface Evolved {
  /** The search's last mean: steadier than the best point seen, whose score may be luck. */
  mean: number[];
  best: number[];
  bestScore: number;
}

export interface EvolutionOptions {
  /** Where to begin; every direction is scaled so that a step of 1 is a fair first step. */
  from: readonly number[];
  step: number;
  generations: number;
  population: number;
  random: () => number;
  /** Each generation's points are judged together: higher is better. */
  scores(points: readonly (readonly number[])[], generation: number): Promise<number[]>;
  /** Asked before each generation: whether to leave it at what was found. */
  enough?(): boolean;
}

/**
 * An evolution strategy with a step of its own for each direction, sep-CMA-ES (Ros and Hansen, 2008), for few points and
 * noisy scores: only the order of a generation's scores counts. Points come in pairs, one on each side of the mean.
 */
export async function evolve(options: EvolutionOptions): Promise<Evolved> {
  const { population, generations, scores } = options;
  const n = options.from.length;
  const next = normal(options.random);
  const parents = population >> 1;
  const raw = Array.from({ length: parents }, (_, i) => Math.log(parents + 0.5) - Math.log(i + 1));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const weights = raw.map((weight) => weight / total);
  const effective = 1 / weights.reduce((sum, weight) => sum + weight * weight, 0);
  const stepRate = (effective + 2) / (n + effective + 5);
  const damping = 1 + stepRate + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1);
  const pathRate = 4 / (n + 4);
  // The learning rates of the full covariance, (n + 2) / 3 times as quick: there are only n variances to learn.
  const quicker = (n + 2) / 3;
  const oneRate = Math.min(0.5, (quicker * 2) / ((n + 1.3) ** 2 + effective));
  const manyRate = Math.min(
    0.5,
    (quicker * 2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective)
  );
  const usual = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));

  let mean = Array.from(options.from);
  let step = options.step;
  let variances = mean.map(() => 1);
  let stepPath = mean.map(() => 0);
  let path = mean.map(() => 0);
  let [best, bestScore] = [mean, -Infinity];
  for (let g = 0; g < generations && !options.enough?.(); g++) {
    const draws: number[][] = [];
    while (draws.length < population) {
      const draw = mean.map(next);
      draws.push(
        draw,
        draw.map((x) => -x)
      );
    }
    draws.length = population;
    const moves = draws.map((draw) => draw.map((x, i) => x * Math.sqrt(variances[i] ?? 1)));
    const centre = mean;
    const points = moves.map((move) => move.map((x, i) => (centre[i] ?? 0) + step * x));
    const judged = await scores(points, g);
    const order = points.map((_, i) => i).sort((a, b) => (judged[b] ?? -Infinity) - (judged[a] ?? -Infinity));
    const [first = 0] = order;
    if ((judged[first] ?? -Infinity) > bestScore)
      [best, bestScore] = [points[first] ?? best, judged[first] ?? bestScore];
    const chosen = order.slice(0, parents).map((i) => moves[i] ?? []);
    const move = mean.map((_, i) =>
      chosen.reduce((sum, each, k) => sum + (weights[k] ?? 0) * (each[i] ?? 0), 0)
    );

    mean = mean.map((x, i) => x + step * (move[i] ?? 0));
    stepPath = stepPath.map(
      (x, i) =>
        (1 - stepRate) * x +
        (Math.sqrt(stepRate * (2 - stepRate) * effective) * (move[i] ?? 0)) / Math.sqrt(variances[i] ?? 1)
    );
    const length = Math.hypot(...stepPath);
    const settled =
      length / Math.sqrt(1 - (1 - stepRate) ** (2 * (g + 1))) < (1.4 + 2 / (n + 1)) * usual ? 1 : 0;
    path = path.map(
      (x, i) =>
        (1 - pathRate) * x + settled * Math.sqrt(pathRate * (2 - pathRate) * effective) * (move[i] ?? 0)
    );
    variances = variances.map((variance, i) => {
      const many = chosen.reduce((sum, each, k) => sum + (weights[k] ?? 0) * (each[i] ?? 0) ** 2, 0);
      return (1 - oneRate - manyRate) * variance + oneRate * (path[i] ?? 0) ** 2 + manyRate * many;
    });
    step *= Math.exp((stepRate / damping) * (length / usual - 1));
  }
  return { mean, best, bestScore };
}
