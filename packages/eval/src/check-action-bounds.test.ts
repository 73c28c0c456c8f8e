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

  /** Pays the class that arrives. */
  const choice = (count: number) => (): Environment => {
    const actionSpace = { kind: 'discrete', count } as const;
    const spec = { id: 'choice', observationSize: 1, actionSize: 1, actionLow: 0, actionHigh: count - 1 };
    return {
      spec: { ...spec, actionSpace, maxEpisodeSteps: 1 },
      reset: () => Float64Array.of(0),
      step: ({ 0: chosen }) => ({
        observation: Float64Array.of(0),
        reward: chosen!,
        terminated: true,
        truncated: false,
      }),
      dispose() {},
    };
  };

  const chooses = (action: number, count?: number): Policy => ({
    ...(count === undefined ? {} : { actionSpace: { kind: 'discrete', count } }),
    reset() {},
    act: async () => Float32Array.of(action),
  });

  it('takes classes as they are, and refuses what is none', async () => {
    expect(await returnOf(chooses(2, 3), choice(3))).toBe(2);
    expect(await returnOf(chooses(2), choice(3))).toBe(2);
    for (const wrong of [3, -1, 0.5, Number.NaN])
      await expect(returnOf(chooses(wrong), choice(3))).rejects.toMatchObject({
        code: 'not-a-class',
        expected: 'a whole number from 0 to 2',
      });
    const { spec } = choice(3)();
    const policy = randomPolicy(spec);
    policy.reset(300);
    const drawn = await policy.act(new Float32Array(300), new Float32Array(300));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2]));
  });

  it('refuses a policy of amounts, and one of other classes', async () => {
    const code = 'action-space';
    const amounts: Policy = { ...chooses(0), actionBounds: { low: [0], high: [2] } };
    await expect(returnOf(amounts, choice(3))).rejects.toMatchObject({ code, received: '1 number' });
    await expect(returnOf(chooses(0, 2), choice(3))).rejects.toMatchObject({ code, received: '2 classes' });
    await expect(returnOf(chooses(0, 2), scale(-1, 1))).rejects.toMatchObject({
      code,
      expected: '2 numbers',
    });
  });

  it('refuses an environment whose bounds are not those of its classes', async () => {
    const wrong = () => ({ ...choice(3)(), spec: { ...choice(3)().spec, actionHigh: 3 } });
    await expect(returnOf(chooses(0), wrong)).rejects.toMatchObject({ code: 'environment-spec' });
  });
});
