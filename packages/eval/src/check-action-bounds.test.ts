import type { Environment, Policy } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate';
import { randomPolicy } from './policies/random-policy';

/** Pays the actions that arrive, component by component. */
const scale =
  (actionLow: number | readonly number[], actionHigh: number | readonly number[]) => (): Environment => ({
    spec: { id: 'scale', observationSize: 1, actionSize: 2, actionLow, actionHigh, maxEpisodeSteps: 1 },
    reset: () => Float64Array.of(0),
    step: ({ 0: a, 1: b }) => ({
      observation: Float64Array.of(0),
      reward: 1000 * a! + b!,
      terminated: true,
      truncated: false,
    }),
    dispose() {},
  });

const policy = (actionBounds?: Policy['actionBounds']): Policy => ({
  ...(actionBounds === undefined ? {} : { actionBounds }),
  reset() {},
  act: async () => Float32Array.of(5, 5),
});

async function returnOf(policy: Policy, environment: () => Environment): Promise<number> {
  for await (const episode of evaluate(policy, environment, { episodes: 1 })) return episode.return;
  return Number.NaN;
}

describe('an evaluation', () => {
  it('clips actions to the bounds of each component', async () => {
    expect(await returnOf(policy(), scale([-1, 0], [1, 3]))).toBe(1003);
    expect(await returnOf(policy(), scale(-1, 1))).toBe(1001);
  });

  it('refuses an environment that cannot do what the policy may choose', async () => {
    const heater = policy({ low: [0, -1], high: [3, 1] });
    await expect(returnOf(heater, scale(-1, 1))).rejects.toThrow(
      /exceed the bounds of scale\. Expected -1 to 1 in component 0, received 0 to 3 in component 0\. Train with/,
    );
    const usual = policy({ low: [-1, -1], high: [1, 1] });
    await expect(returnOf(usual, scale(0, 3))).rejects.toThrow(/Expected 0 to 3 in component 0/);
  });

  it('takes one that can do more, or the same but for rounding', async () => {
    expect(await returnOf(policy({ low: [0, 0], high: [3, 3] }), scale(-4, 4))).toBe(4004);
    expect(await returnOf(policy({ low: [0, 0], high: [3.4, Math.fround(3.4)] }), scale(0, 3.4))).toBeCloseTo(
      3403.4,
      3,
    );
  });

  it('plays random actions over the range of each component', async () => {
    const random = randomPolicy({ actionSize: 2, actionLow: [-1, 10], actionHigh: [0, 30] });
    random.reset(500);
    const actions = await random.act(new Float32Array(0), new Float32Array(0));
    const component = (i: number) => actions.filter((_, j) => j % 2 === i);
    expect(Math.min(...component(0))).toBeCloseTo(-1, 1);
    expect(Math.max(...component(0))).toBeCloseTo(0, 1);
    expect(Math.min(...component(1))).toBeGreaterThanOrEqual(10);
    expect(Math.max(...component(1))).toBeGreaterThan(29);
  });
});
