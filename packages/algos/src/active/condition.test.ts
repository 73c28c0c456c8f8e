import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { cholesky } from './cholesky';
import { condition } from './condition';
import type { Rows } from './kernel';
import { radialKernel } from './radial-kernel';

const rng = Rng.fromSeed(4);
const draw = (n: number): Rows => ({
  width: 2,
  data: Float64Array.from({ length: 2 * n }, () => rng.normal()),
});
const kernel = radialKernel({ lengths: [0.7, 1.3], variance: 2 });
const [seen, asked] = [draw(6), draw(5)];

/** Solves a system by elimination with pivots: another way than the one under test. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    const best = rows.slice(column).reduce((a, b) => (Math.abs(b[column]!) > Math.abs(a[column]!) ? b : a));
    rows.splice(rows.indexOf(best), 1);
    rows.splice(column, 0, best);
    for (const row of rows) {
      if (row === best) continue;
      const factor = row[column]! / best[column]!;
      for (let k = column; k <= n; k++) row[k]! -= factor * best[k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

/** k(x, y) in plain words. */
const plain = (a: Rows, i: number, b: Rows, j: number) => {
  const [x, y] = [0, 1].map((k) => (a.data[2 * i + k]! - b.data[2 * j + k]!) / [0.7, 1.3][k]!);
  return 2 * Math.exp(-(x! ** 2 + y! ** 2) / 2);
};

describe('conditioning a kernel', () => {
  it('leaves the covariances of a direct solve', () => {
    const noise = 0.1;
    const known = condition(kernel, seen, noise);
    const points = known.see(asked);
    const gram = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) => plain(seen, i, seen, j) + (i === j ? noise : 0)),
    );
    const covariances = known.covariances(points, points);
    const variances = known.variances(points);
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const weights = solve(
          gram,
          Array.from({ length: 6 }, (_, k) => plain(seen, k, asked, j)),
        );
        const explained = weights.reduce((sum, weight, k) => sum + weight * plain(asked, i, seen, k), 0);
        expect(covariances[i * 5 + j]).toBeCloseTo(plain(asked, i, asked, j) - explained, 10);
      }
      expect(variances[i]).toBeCloseTo(covariances[i * 5 + i]!, 10);
    }
  });

  it('comes to the same one after the other as at once, of whole points and of some of them', () => {
    const once = condition(kernel, seen, 0.1);
    const [first, second] = [kernel.slice(seen, 0, 2), kernel.slice(seen, 2, 6)];
    const begun = condition(kernel, first, 0.1);
    const then = condition(begun, begun.see(second), 0.1);
    const points = then.see(begun.see(asked));
    expect(then.covariances(points, points)).toBeAllClose(
      [...once.covariances(once.see(asked), once.see(asked))],
      {
        absolute: 1e-10, // two factorisations in double precision
      },
    );
    const some = then.slice(points, 1, 4);
    expect([...then.variances(some)]).toEqual([...then.variances(points)].slice(1, 4));
    expect(then.count(some)).toBe(3);
  });

  it('never leaves more variance than there was', () => {
    let [known, points] = [condition(kernel, draw(0), 0.05), draw(0)];
    let before = kernel.variances(asked);
    for (let i = 1; i <= 8; i++) {
      points = { width: 2, data: Float64Array.of(...points.data, ...draw(1).data) };
      known = condition(kernel, points, 0.05);
      const after = known.variances(known.see(asked));
      for (const [row, variance] of after.entries()) {
        expect(variance).toBeLessThanOrEqual(before[row]! + 1e-12); // rounding
        expect(variance).toBeGreaterThanOrEqual(0);
      }
      before = after;
    }
  });

  it('refuses a state that comes twice if there is no noise, and says what to do', () => {
    const twice = { width: 2, data: Float64Array.of(1, 2, 1, 2) };
    expect(() => condition(kernel, twice, 0)).toThrow(/row 1 follows from those before it.*Raise the noise/s);
    expect(() => condition(kernel, twice, 1e-3)).not.toThrow();
    expect(() => condition(kernel, twice, -1)).toThrow(/noise.*at least 0/);
  });
});

it('factorises into L Lᵀ', () => {
  expect([...cholesky(Float64Array.of(4, 0, 2, 5), 2)]).toEqual([2, 0, 1, 2]);
});
