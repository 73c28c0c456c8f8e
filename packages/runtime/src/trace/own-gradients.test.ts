import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorFunction } from '../../test/run-compiled';
import { sizeOf } from '../tree';
import { ownGradients, withOwnGradients } from './own-gradients';

/** A function whose gradient a difference of two values gives exactly: it is at most quadratic in each operand. */
interface GradientCase {
  readonly kernel: string;
  readonly shapes: readonly (readonly number[])[];
  readonly fn: TensorFunction;
}

const indices = () =>
  tf.tensor2d(
    [
      [2, 0],
      [2, 1],
    ],
    [2, 2],
    'int32',
  );

const cases: readonly GradientCase[] = [
  {
    kernel: 'BatchMatMul',
    shapes: [
      [4, 3, 2],
      [2, 3],
    ],
    fn: (a, b) => tf.matMul(a!, b!),
  },
  {
    kernel: 'BatchMatMul',
    shapes: [
      [3, 2],
      [4, 3, 2],
    ],
    fn: (a, b) => tf.matMul(a!, b!, true),
  },
  { kernel: 'Cumsum', shapes: [[3, 3, 2]], fn: (x) => tf.cumsum(x!, 1) },
  { kernel: 'Cumsum', shapes: [[3, 2]], fn: (x) => tf.cumsum(x!, 0, true, true) },
  { kernel: 'GatherV2', shapes: [[3, 2]], fn: (x) => tf.gather(x!, indices()) },
  { kernel: 'GatherV2', shapes: [[2, 3, 2]], fn: (x) => tf.gather(x!, indices(), 1) },
  { kernel: 'GatherV2', shapes: [[2, 3, 2]], fn: (x) => tf.gather(x!, indices(), 1, 1) },
  { kernel: 'GatherV2', shapes: [[2, 2, 3]], fn: (x) => tf.gather(x!, indices(), 2, 1) },
  { kernel: 'Maximum', shapes: [[2, 3], [3]], fn: (a, b) => tf.maximum(a!, b!) },
  { kernel: 'Minimum', shapes: [[], [2, 3]], fn: (a, b) => tf.minimum(a!, b!) },
  { kernel: 'Prelu', shapes: [[3], [2, 3]], fn: (x, alpha) => tf.prelu(x!, alpha!) },
  { kernel: 'Prod', shapes: [[2, 3, 2]], fn: (x) => tf.prod(x!, -2) },
  { kernel: 'Prod', shapes: [[2, 3, 2]], fn: (x) => tf.prod(x!, [0, 2], true) },
  { kernel: 'SplitV', shapes: [[4]], fn: (x) => tf.split(x!, 1)[0]! },
  { kernel: 'SquaredDifference', shapes: [[2, 1], [3]], fn: (a, b) => tf.squaredDifference(a!, b!) },
  { kernel: 'Tile', shapes: [[2, 1, 3]], fn: (x) => tf.tile(x!, [2, 3, 1]) },
  { kernel: 'Tile', shapes: [[1, 2, 1, 1, 2]], fn: (x) => tf.tile(x!, [1, 2, 1, 3, 1]) },
  { kernel: 'Unpack', shapes: [[1, 3]], fn: (x) => tf.unstack(x!)[0]! },
];

/** Numbers no two of which are closer than 0.2, and none closer to 0: no step below crosses a kink. */
function numbers(size: number, start: number): number[] {
  return Array.from(
    { length: size },
    (_, i) => (i % 2 === 0 ? 1 : -1) * (0.3 + 0.2 * ((i * 7 + start) % 23)),
  );
}

/** The weighted sum of what a case returns. */
function lossOf({ fn }: GradientCase, operands: tf.Tensor[]): tf.Scalar {
  const y = fn(...operands) as tf.Tensor;
  const weights = tf.tensor(numbers(y.size, 5), y.shape);
  return tf.sum(tf.mul(y, weights));
}

/** (f(x + h) − f(x − h)) / 2h for each element of one operand. */
function differences(gradientCase: GradientCase, values: readonly number[][], position: number): number[] {
  const h = 0.0625;
  const at = (i: number, step: number) => {
    const operands = gradientCase.shapes.map((shape, k) => {
      const own = [...values[k]!];
      if (k === position) own[i] = own[i]! + step;
      return tf.tensor(own, [...shape]);
    });
    return lossOf(gradientCase, operands).dataSync()[0]!;
  };
  return values[position]!.map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a gradient of our own', () => {
  it('is tested, every one', () => {
    expect([...new Set(cases.map(({ kernel }) => kernel))].sort()).toEqual(Object.keys(ownGradients).sort());
  });

  it.each(cases)('equals the slope of $kernel on $shapes', (gradientCase) => {
    const values = gradientCase.shapes.map((shape, i) => numbers(sizeOf(shape), i * 3));
    const operands = gradientCase.shapes.map((shape, i) => tf.tensor(values[i]!, [...shape]));
    const gradients = withOwnGradients(() =>
      tf.grads((...xs: tf.Tensor[]) => lossOf(gradientCase, xs))(operands),
    );
    gradients.forEach((gradient, i) => {
      expect(gradient.shape).toEqual(gradientCase.shapes[i]);
      // Sums of some hundred float32 numbers, divided by h.
      expect(gradient.dataSync()).toBeAllClose(differences(gradientCase, values, i), {
        relative: 1e-3,
        absolute: 1e-3,
      });
    });
  });

  it("holds until the function returns or throws, then tfjs's is back", () => {
    const before = tf.getGradient('Tile');
    expect(withOwnGradients(() => tf.getGradient('Tile'))).not.toBe(before);
    expect(() =>
      withOwnGradients(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(tf.getGradient('Tile')).toBe(before);
  });
});
