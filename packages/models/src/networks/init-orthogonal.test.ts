import { Rng } from '@lamo/core';
import type { HostArray } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { initOrthogonal } from './init-orthogonal';

/** The products of all pairs of rows, or of columns if there are fewer. */
function products({ shape, data }: HostArray): number[] {
  const [rows, columns] = shape as [number, number];
  const count = Math.min(rows, columns);
  const [step, stride] = rows < columns ? [columns, 1] : [1, columns];
  const length = Math.max(rows, columns);
  const product = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += data[a * step + i * stride]! * data[b * step + i * stride]!;
    return sum;
  };
  return Array.from({ length: count ** 2 }, (_, i) => product(Math.floor(i / count), i % count));
}

const identity = (size: number, diagonal: number) =>
  Array.from({ length: size ** 2 }, (_, i) => (i % (size + 1) === 0 ? diagonal : 0));

describe('orthogonal initialisation', () => {
  it('makes every matrix orthogonal, wide ones and tall ones', () => {
    const network = initOrthogonal([5, 40, 40, 3], Rng.fromSeed(1));
    expect(network['0']!.weight.shape).toEqual([5, 40]);
    // 40 terms, rounded to float32 each.
    const closeness = { absolute: 1e-6 };
    expect(products(network['0']!.weight)).toBeAllClose(identity(5, 2), closeness);
    expect(products(network['1']!.weight)).toBeAllClose(identity(40, 2), closeness);
    expect(products(network['2']!.weight)).toBeAllClose(identity(3, 2), closeness);
    for (const { bias } of Object.values(network)) expect(Math.max(...bias.data.map(Math.abs))).toBe(0);
  });

  it('may have another gain for the last layer', () => {
    const network = initOrthogonal([5, 8, 2], Rng.fromSeed(1), { gain: 1, lastGain: 0.01 });
    expect(products(network['0']!.weight)).toBeAllClose(identity(5, 1), { absolute: 1e-6 });
    expect(products(network['1']!.weight)).toBeAllClose(identity(2, 1e-4), { absolute: 1e-9 });
  });

  it('prefers no direction', () => {
    const rng = Rng.fromSeed(2);
    const draws = Array.from(
      { length: 2000 },
      () => initOrthogonal([2, 2], rng, { gain: 1 })['0']!.weight.data,
    );
    const mean = (f: (w: Float32Array) => number) => draws.reduce((sum, w) => sum + f(w), 0) / draws.length;
    // Rotations and reflections of all angles: every entry has mean 0 and variance ½, and half of them are reflections.
    for (let i = 0; i < 4; i++) {
      expect(Math.abs(mean((w) => w[i]!))).toBeLessThan(0.06); // four standard errors of √(½ / 2000)
      expect(Math.abs(mean((w) => w[i]! ** 2) - 0.5)).toBeLessThan(0.04);
    }
    expect(Math.abs(mean((w) => w[0]! * w[3]! - w[1]! * w[2]!))).toBeLessThan(0.09);
  });
});
