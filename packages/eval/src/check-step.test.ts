import type { Environment, EnvironmentSpec, Policy, StepResult } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { openPhysical } from '../test/open-physical';
import { collectDataset } from './collect/collect-dataset';
import { episodeSeed, evaluate } from './evaluate';
import { randomPolicy } from './policies/random-policy';
import { rollout } from './rollout';

const SPEC: EnvironmentSpec = {
  id: 'of-my-own',
  observationSize: 2,
  actionSize: 1,
  actionLow: -1,
  actionHigh: 1,
  maxEpisodeSteps: 4,
};
const GOOD: StepResult = {
  observation: Float64Array.of(1, 2),
  reward: 1,
  terminated: false,
  truncated: false,
};

/** What of an environment can go wrong; `third` is what its third step says differently. */
interface Faults {
  readonly spec?: object;
  readonly reset?: unknown;
  readonly third?: object;
  readonly whole?: unknown;
  readonly isEndless?: boolean;
}

const environment = (faults: Faults) => (): Environment => {
  let steps = 0;
  return {
    spec: { ...SPEC, ...faults.spec },
    reset() {
      steps = 0;
      return ('reset' in faults ? faults.reset : GOOD.observation) as Float64Array;
    },
    step() {
      steps += 1;
      if (steps === 3 && 'whole' in faults) return faults.whole as StepResult;
      const truncated = steps === 4 && !faults.isEndless;
      return { ...GOOD, truncated, ...(steps === 3 ? faults.third : {}) };
    },
    dispose() {},
  };
};

const policy = (actions: unknown = Float32Array.of(0)): Policy => ({
  reset() {},
  act: async () => actions as Float32Array,
});

/** Every way in which an environment is used. */
const uses: Record<string, (faults: Faults, actor?: Policy) => Promise<unknown>> = {
  rollout: async (faults, actor = policy()) => {
    for await (const _ of rollout(actor, [environment(faults)()], [episodeSeed(0, 0)]));
  },
  evaluate: async (faults, actor = policy()) => {
    for await (const _ of evaluate(actor, environment(faults), { episodes: 1 }));
  },
  collectDataset: (faults, actor = policy()) => collectDataset(actor, environment(faults), { rows: 4 }),
};

describe.each(Object.entries(uses))('%s', (_, use) => {
  const step = `In step 3 of the episode with seed ${episodeSeed(0, 0)}, `;

  it('takes an environment that keeps the contract, plain arrays and no time limit included', async () => {
    await use({});
    await use({ reset: [0, 0], third: { observation: [1, 1], terminated: true } });
    await use({ spec: { maxEpisodeSteps: Number.POSITIVE_INFINITY, actionLow: [-2], actionHigh: [-2] } });
  });

  it.each([
    [[1], 'Expected 2 numbers (spec.observationSize), received an array of 1'],
    [[1, 2, 3], 'Expected 2 numbers (spec.observationSize), received an array of 3'],
    [undefined, 'received undefined'],
    [Promise.resolve([1, 2]), 'received a Promise'],
    [[1, Number.NaN], 'component 1 of the observation must be a finite 32-bit number. Received NaN'],
    [[null, 1], 'component 0 of the observation must be a finite 32-bit number. Received null'],
    [['1', 1], 'Received "1"'],
    [[1e39, 1], 'Received 1e+39'],
  ])('refuses the observation %j of a reset and of a step', async (observation, message) => {
    await expect(use({ reset: observation })).rejects.toThrow(`reset(${episodeSeed(0, 0)}), `);
    await expect(use({ reset: observation })).rejects.toThrow(message);
    await expect(use({ third: { observation } })).rejects.toThrow(step);
    await expect(use({ third: { observation } })).rejects.toThrow(message);
  });

  it.each([
    [{ reward: Number.NaN }, 'the reward must be a finite 32-bit number. Received NaN'],
    [{ reward: null }, 'Received null'],
    [{ reward: undefined }, 'Received undefined'],
    [{ reward: [1] }, 'Received an array of 1'],
    [{ terminated: 1 }, '`terminated` must be a boolean. Expected true or false, received 1'],
    [{ truncated: undefined }, '`truncated` must be a boolean. Expected true or false, received undefined'],
  ])('refuses a step that returns %j', async (third, message) => {
    await expect(use({ third })).rejects.toThrow(`[lamo/eval/of-my-own] ${step}`);
    await expect(use({ third })).rejects.toThrow(message);
  });

  it('refuses a step that returns nothing, or a Promise', async () => {
    await expect(use({ whole: undefined })).rejects.toThrow(step);
    await expect(use({ whole: Promise.resolve(GOOD) })).rejects.toThrow('none of them a Promise');
  });

  it('refuses an episode that outlasts its time limit, which would never end', async () => {
    await expect(use({ isEndless: true })).rejects.toThrow('`truncated` to be true after 4 steps');
  });

  it.each([
    [{ id: '' }, 'id. Expected a name, received ""'],
    [{ observationSize: 0 }, 'observationSize. Expected a positive integer, received 0'],
    [{ observationSize: '2' }, 'observationSize. Expected a positive integer, received "2"'],
    [{ actionSize: 1.5 }, 'actionSize. Expected a positive integer, received 1.5'],
    [{ maxEpisodeSteps: Number.NaN }, 'maxEpisodeSteps. Expected a positive integer'],
    [{ actionLow: Number.NEGATIVE_INFINITY }, 'actionLow. Expected a finite number'],
    [{ actionHigh: undefined }, 'actionHigh. Expected a finite number'],
    [{ actionHigh: [1, 2] }, 'one for each of the 1 action components, received an array of 2'],
    [{ actionHigh: [null] }, 'actionHigh[0]. Expected a finite number, received null'],
    [{ actionLow: 2 }, 'actionLow of component 0. Expected at most that of actionHigh, 1, received 2'],
  ])('refuses the spec %j', async (spec, message) => {
    await expect(use({ spec })).rejects.toThrow(message);
  });

  it.each([
    [Float32Array.of(Number.NaN), 'component 0. Expected a finite number, received NaN'],
    [Float32Array.of(Number.POSITIVE_INFINITY), 'received Infinity'],
    [[null], 'received null'],
    [null, 'Expected 1 numbers, [1, 1], received null'],
    [[0, 0], 'Expected 1 numbers, [1, 1], received 2'],
  ])('refuses the actions %j of a policy', async (actions, message) => {
    await expect(use({}, policy(actions))).rejects.toThrow(message);
  });
});

describe('environments that do not fit each other', () => {
  it.each([{ observationSize: 3 }, { actionSize: 2 }, { actionHigh: 2 }])(
    'are refused: %j beside others',
    async (spec) => {
      const run = rollout(
        policy(Float32Array.of(0, 0)),
        [environment({})(), environment({ spec })()],
        [1, 2],
      );
      await expect(run.next()).rejects.toThrow(
        'Expected one or more environments with the same spec, received',
      );
    },
  );

  it('are refused: none, fewer than seeds, other than target returns', async () => {
    const one = [environment({})()];
    await expect(rollout(policy(), [], []).next()).rejects.toThrow('received none');
    await expect(rollout(policy(), one, [1, 2]).next()).rejects.toThrow('at most 1 seeds');
    const targets = (targetReturns: unknown[]) =>
      rollout(policy(), one, [1], { targetReturns: targetReturns as number[] }).next();
    await expect(targets([1, 2])).rejects.toThrow('1 target returns, one per seed, received 2');
    await expect(targets([null])).rejects.toThrow('is not a finite number. Received null');
  });
});

it('random actions are not drawn between bounds that are none', () => {
  expect(() => randomPolicy({ actionSize: 1, actionLow: Number.NaN, actionHigh: 1 })).toThrow('actionLow');
  expect(() => randomPolicy({ actionSize: 2, actionLow: [0], actionHigh: 1 })).toThrow('actionLow');
});

it('a physical state that is not finite is not set', async () => {
  const maze = await openPhysical('maze2d-umaze-v1');
  try {
    for (const wrong of [null, Number.NaN]) {
      expect(() => maze.setState([1, wrong] as number[], [0, 0])).toThrow('Index 1 of the positions');
      expect(() => maze.setState([1, 1], [wrong, 0] as number[])).toThrow('Index 0 of the velocities');
    }
  } finally {
    maze.dispose();
  }
});
