/** Symmetric matrices, as whole rows one after the other. */

/**
 * The same matrix with a function of its eigenvalues in their place, e.g. its square root: by Jacobi's rotations (1846),
 * which a few dozen rows are quick enough for.
 */
export function withEigenvalues(
  matrix: Float64Array,
  n: number,
  of: (value: number) => number
): Float64Array {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  const at = (i: number, j: number) => a[i * n + j] as number;
  const total = Math.hypot(...a);
  for (let sweep = 0; sweep < 30 && besideDiagonal(a, n) > 1e-12 * total; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (at(p, q) === 0) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        turnColumns(a, n, p, q, c, t * c);
        turnRows(a, n, p, q, c, t * c);
        turnColumns(vectors, n, p, q, c, t * c);
      }
    }
  }
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const value = of(at(k, k));
    for (let i = 0; i < n; i++) {
      const x = value * (vectors[i * n + k] as number);
      for (let j = 0; j < n; j++)
        out[i * n + j] = (out[i * n + j] as number) + x * (vectors[j * n + k] as number);
    }
  }
  return out;
}

export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k] as number;
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] as number) + x * (b[k * n + j] as number);
    }
  return out;
}

function besideDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) sum += (a[i * n + j] as number) ** 2;
  return Math.sqrt(sum);
}

function turnColumns(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i * n + p] as number, a[i * n + q] as number];
    a[i * n + p] = c * x - s * y;
    a[i * n + q] = s * x + c * y;
  }
}

function turnRows(a: Float64Array, n: number, p: number, q: number, c: number, s: number): void {
  for (let j = 0; j < n; j++) {
    const [x, y] = [a[p * n + j] as number, a[q * n + j] as number];
    a[p * n + j] = c * x - s * y;
    a[q * n + j] = s * x + c * y;
  }
}
