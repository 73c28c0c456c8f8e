import { type EnvironmentSpec, type ObservationSpace, type Policy, Rng } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { collectDataset } from './collect/collect-dataset';
import { defineEnvironment } from './define-environment';
import { evaluate } from './evaluate';

const image = { kind: 'image', shape: [2, 3, 1] } as const;
const goal = { kind: 'vector', parts: { goal: { start: 4, end: 6 } } } as const;

/** How much larger the first of six numbers is than the last. */
const contrast = (numbers: ArrayLike<number>) => (numbers[0]! - numbers[5]!) / 255;

const specOf = (observationSpace: ObservationSpace | undefined): EnvironmentSpec => ({
  id: 'contrast',
  observationSize: 6,
  ...(observationSpace ? { observationSpace } : {}),
  actionSize: 1,
  actionLow: -1,
  actionHigh: 1,
  maxEpisodeSteps: 3,
});

/** Shows six bytes at a time; the reward is minus the distance of the action to their contrast. */
function showing(observationSpace: ObservationSpace | undefined, brightest = 255) {
  let rng = Rng.fromSeed(0);
  let shown: Uint8Array | Float64Array;
  let steps = 0;
  const show = () => {
    const draws = Array.from({ length: 6 }, () => rng.integer(brightest + 1));
    shown =
      observationSpace?.kind === 'image' && brightest === 255
        ? Uint8Array.from(draws)
        : Float64Array.from(draws);
    return shown;
  };
  return {
    spec: specOf(observationSpace),
    reset(seed = 0) {
      rng = Rng.fromSeed(seed);
      steps = 0;
      return show();
    },
    step(action: ArrayLike<number>) {
      const reward = -Math.abs(action[0]! - contrast(shown));
      return { observation: show(), reward, terminated: false, truncated: ++steps === 3 };
    },
    dispose() {},
  };
}

/** Plays perfectly, and notes what kind of numbers it sees. */
function perfect(observationSpace?: ObservationSpace): Policy & { readonly kinds: Set<string> } {
  const kinds = new Set<string>();
  return {
    ...(observationSpace ? { observationSpace } : {}),
    kinds,
    reset() {},
    async act(observations) {
      kinds.add(observations.constructor.name);
      return Float32Array.from({ length: observations.length / 6 }, (_, i) =>
        contrast(observations.subarray(6 * i)),
      );
    },
  };
}

async function returnsOf(policy: Policy, space: ObservationSpace | undefined, brightest?: number) {
  const returns: number[] = [];
  const options = { episodes: 4, batch: 2, seed: 1 };
  for await (const episode of evaluate(policy, () => showing(space, brightest), options))
    returns.push(episode.return);
  return returns;
}

describe('observations that are images', () => {
  it('reach the policy as bytes', async () => {
    const policy = perfect(image);
    const returns = await returnsOf(policy, image);
    expect(returns).toHaveLength(4);
    for (const value of returns) expect(value).toBeCloseTo(0, 6); // actions are 32-bit
    expect([...policy.kinds]).toEqual(['Uint8Array']);
  });

  it('are collected into a dataset of images', async () => {
    const dataset = await collectDataset(perfect(), () => showing(image), { rows: 7, seed: 3 });
    expect(dataset).toMatchObject({ size: 7, observationSize: 6, observationSpace: image });
    expect(dataset.observations).toBeInstanceOf(Uint8Array);
    expect(dataset.nextObservations!.subarray(0, 6)).toEqual(dataset.observations.subarray(6, 12));
  });

  it('are refused if they are not bytes', async () => {
    await expect(returnsOf(perfect(), image, 4000)).rejects.toThrow(
      /reset\(\d+\).*must be a byte of an image, a whole number from 0 to 255/,
    );
  });

  it('are refused by a policy that has learned from others', async () => {
    const others = [{ kind: 'image', shape: [3, 2, 1] } as const, goal, undefined];
    for (const other of others) {
      await expect(returnsOf(perfect(image), other)).rejects.toThrow(
        /does not see what contrast shows.*received images of 2 × 3 × 1/,
      );
    }
  });
});

describe('parts of observations', () => {
  it('must be where the policy has learned them, if the environment names any', async () => {
    const moved = { kind: 'vector', parts: { goal: { start: 0, end: 2 } } } as const;
    expect(await returnsOf(perfect(goal), goal)).toHaveLength(4);
    expect(await returnsOf(perfect(goal), undefined)).toHaveLength(4);
    expect(await returnsOf(perfect(), goal)).toHaveLength(4);
    await expect(returnsOf(perfect(goal), moved)).rejects.toThrow(
      /goal in columns 0 to 1.*received 6 numbers \(goal in columns 4 to 5\)/,
    );
  });

  it('are kept in the data that are collected', async () => {
    const dataset = await collectDataset(perfect(), () => showing(goal), { rows: 4 });
    expect(dataset.observationSpace).toEqual(goal);
  });

  it('are checked when an environment is defined', () => {
    const define = (observationSpace: ObservationSpace) =>
      defineEnvironment({
        name: 'contrast',
        spec: specOf(observationSpace),
        open: () => showing(observationSpace),
      });
    expect(define(goal).spec.observationSpace).toEqual(goal);
    expect(() => define({ kind: 'vector', parts: { goal: { start: 4, end: 7 } } })).toThrow(
      /part 'goal' within the 6 /,
    );
    expect(() => define({ kind: 'image', shape: [2, 2, 1] })).toThrow(/6 numbers in an image/);
  });
});
