import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import type { DatasetSpec } from '../kinds/dataset';
import { featureKernel, gradientKernel } from './gradient-kernel';
import type { Rows } from './kernel';
import { outputGradients, outputLosses, toUnit } from './output-losses';

const rng = Rng.fromSeed(1);
const [N, H, A] = [4, 3, 2];
const hiddenRows = Array.from({ length: N }, () => [...Array.from({ length: H }, () => rng.normal()), 1]);
const weights = Array.from({ length: A }, () => Array.from({ length: H + 1 }, () => rng.normal() / 2));
const rowsOf = (rows: readonly (readonly number[])[]): Rows => ({
  width: rows[0]!.length,
  data: Float64Array.from(rows.flat()),
});

const spaces: Record<string, { spec: DatasetSpec; actions: Float32Array; squash: (x: number) => number }> = {
  'tanh and squared distances': {
    spec: { observationSize: 1, actionSize: A },
    actions: Float32Array.from({ length: N * A }, () => rng.uniform(-1, 1)),
    squash: Math.tanh,
  },
  'scores of classes': {
    spec: { observationSize: 1, actionSize: A, actionSpace: { kind: 'discrete', count: A } },
    actions: Float32Array.of(0, 1, 1, 0),
    squash: (x) => x,
  },
};

for (const [name, { spec, actions, squash }] of Object.entries(spaces)) {
  it(`is the product of gradients that were built by differences, with ${name}`, () => {
    const chosen = toUnit(actions, spec);
    const outputsOf = (w: readonly (readonly number[])[]) =>
      rowsOf(
        hiddenRows.map((h) => w.map((row) => squash(row.reduce((sum, value, k) => sum + value * h[k]!, 0)))),
      );
    const step = 1e-5;
    /** ∂ loss / ∂ W of each row, [N, A · (H + 1)] */
    const built = Array.from({ length: N }, () => [] as number[]);
    for (let a = 0; a < A; a++) {
      for (let k = 0; k <= H; k++) {
        const shifted = (by: number) =>
          outputLosses(
            outputsOf(weights.map((row, i) => row.map((w, j) => (i === a && j === k ? w + by : w)))),
            chosen,
            spec,
          );
        const [up, down] = [shifted(step), shifted(-step)];
        for (let i = 0; i < N; i++) built[i]!.push((up[i]! - down[i]!) / (2 * step));
      }
    }
    const points = {
      hidden: rowsOf(hiddenRows),
      residuals: outputGradients(outputsOf(weights), chosen, spec),
    };
    const covariances = gradientKernel(0.5).covariances(points, points);
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        const product = built[i]!.reduce((sum, value, k) => sum + value * built[j]![k]!, 0);
        expect(covariances[i * N + j]).toBeCloseTo(product / 0.5, 7); // differences of 1e-5 are right to about 1e-9
      }
      expect(gradientKernel(0.5).variances(points)[i]).toBeCloseTo(covariances[i * N + i]!, 12);
    }
  });
}

it('knows features only, as a control', () => {
  const points = { hidden: rowsOf(hiddenRows), residuals: rowsOf(hiddenRows.map(() => [0, 0])) };
  expect([...gradientKernel().variances(points)]).toEqual([0, 0, 0, 0]);
  const product = (i: number, j: number) =>
    hiddenRows[i]!.reduce((sum, value, k) => sum + value * hiddenRows[j]![k]!, 0);
  expect(featureKernel(2).covariances(points, points)[1]).toBeCloseTo(product(0, 1) / 2, 12);
  expect(featureKernel(2).variances(points)[3]).toBeCloseTo(product(3, 3) / 2, 12);
});
