import { Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { type ComparedActions, descendMixingWeight, mixingWeight } from './adaptive-prior';

const rng = Rng.fromSeed(7);
const ROWS = 6;
const draw = () => Array.from({ length: 2 * ROWS }, () => rng.uniform(-1, 1) / 3);
/** Fine-tuned actions lie this share of the way from the prior's to the expert's, and somewhat beside. */
const compare = (share: number): ComparedActions => {
  const [demonstrated, prior, beside] = [draw(), draw(), draw()];
  const tuned = prior.map((value, i) => value + share * (demonstrated[i]! - value) + beside[i]! / 10);
  return { actionSize: 2, demonstrated, tuned, prior };
};
const lossAt = (
  { demonstrated, tuned, prior }: ComparedActions,
  alpha: number,
  beta: number,
  demonstrations: number,
) =>
  demonstrated.length === 0
    ? 0
    : Array.from(demonstrated).reduce(
        (sum, action, i) => sum + (action - alpha * tuned[i]! - (1 - alpha) * prior[i]!) ** 2,
        beta * demonstrations * alpha,
      );

describe('the weight of the adaptive prior', () => {
  it('is the lowest point of the loss on a grid', () => {
    for (const share of [-1, 0.5, 0.9, 2]) {
      for (const beta of [0, 0.01, 0.2]) {
        const compared = compare(share);
        const grid = Array.from({ length: 10_001 }, (_, i) => i / 10_000);
        const losses = grid.map((alpha) => lossAt(compared, alpha, beta, 3));
        const best = grid[losses.indexOf(Math.min(...losses))]!;
        // as near as points of the grid are
        expect(Math.abs(mixingWeight(compared, { beta, demonstrations: 3 }) - best)).toBeLessThan(1e-4);
      }
    }
  });

  it('is where gradient steps end', () => {
    const compared = compare(1.5);
    const options = { beta: 0.01, demonstrations: 3 };
    const exact = mixingWeight(compared, options);
    expect(exact).toBeGreaterThan(0);
    expect(exact).toBeLessThan(1);
    expect(descendMixingWeight(compared, { ...options, learningRate: 0.5 })).toBeCloseTo(exact, 6);
  });

  it('acts as before where nothing changed, or where fine-tuning made things worse', () => {
    const { demonstrated, prior } = compare(1);
    const same = { actionSize: 2, demonstrated, prior, tuned: prior };
    expect(mixingWeight(same, { beta: 0, demonstrations: 1 })).toBe(0);
    const worse = { ...same, tuned: Array.from(prior, (value, i) => value - (demonstrated[i]! - value)) };
    expect(mixingWeight(worse, { beta: 0, demonstrations: 1 })).toBe(0);
    expect(mixingWeight({ ...same, tuned: demonstrated }, { beta: 0, demonstrations: 1 })).toBe(1);
  });

  it('refuses actions of other states, and what cannot be a cost', () => {
    const compared = compare(1);
    const options = { beta: 0.1, demonstrations: 1 };
    expect(() => mixingWeight({ ...compared, prior: [1] }, options)).toThrow(/same states.*12, 12, 1/s);
    expect(() => mixingWeight(compared, { ...options, beta: -1 })).toThrow(/beta/);
    expect(() => mixingWeight(compared, { ...options, demonstrations: 0 })).toThrow(/demonstrations/);
  });
});
