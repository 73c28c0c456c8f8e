import { treeEntries } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { distanceToBest, lineDataset } from '../../test/line-task';
import { FOUR } from '../../test/one-step';
import { COUNT, testPessimisticStep } from '../../test/pessimistic-step';
import { mean, type PlainNetwork, row, sum } from '../../test/plain';
import { settingsOf } from '../../test/small-config';
import type { AnyAlgorithm } from '../engine/algorithm';
import { train } from '../engine/train';
import { edac } from './edac';
import { sacN } from './sac-n';

/** How the n-th critic changes with one component of its input: a unit change carried from layer to layer. */
function slope(critics: PlainNetwork, input: readonly number[], component: number, n: number): number {
  const layers = Object.values(critics);
  let x = [...input];
  let change = x.map<number>((_, k) => (k === component ? 1 : 0));
  for (const [depth, { weight, bias }] of layers.entries()) {
    const [inputs, outputs] = weight!.shape.slice(-2) as [number, number];
    const times = (values: readonly number[], o: number) =>
      sum(values.map((value, k) => value * weight!.data[(n * inputs + k) * outputs + o]!));
    const y = Array.from({ length: outputs }, (_, o) => times(x, o) + bias!.data[n * outputs + o]!);
    const isOpen = (o: number) => depth === layers.length - 1 || y[o]! > 0;
    change = y.map((_, o) => (isOpen(o) ? times(change, o) : 0));
    x = y.map((value, o) => (isOpen(o) ? value : 0));
  }
  return change[0]!;
}

/** Unit vectors along the slopes of each critic with the action. */
function directions(critics: PlainNetwork, observation: readonly number[], action: readonly number[]) {
  return Array.from({ length: COUNT }, (_, n) => {
    const own = action.map((_, j) => slope(critics, [...observation, ...action], observation.length + j, n));
    return own.map((value) => value / Math.hypot(...own));
  });
}

/** Cosines of all pairs of different critics, added up, over N − 1; the mean over the batch. */
function agreement(critics: PlainNetwork): number {
  const cosines = FOUR.rewards.map((_, i) => {
    const units = directions(critics, row(FOUR.observations, i), row(FOUR.actions, i));
    const pairs = units.flatMap((one, n) =>
      units.filter((_, m) => m !== n).map((other) => [one, other] as const),
    );
    return sum(pairs.map(([one, other]) => sum(one.map((value, j) => value * other[j]!))));
  });
  return mean(cosines) / (COUNT - 1);
}

testPessimisticStep(edac, { diversity: 0.7 }, { metric: 'agreement', weight: 0.7, of: agreement });

const quick = { actorLearningRate: 3e-3, criticLearningRate: 3e-3, alphaLearningRate: 3e-3, criticCount: 3 };

/** Weights after some steps of training. */
async function weightsOf(algorithm: AnyAlgorithm, config: object): Promise<readonly [string, number[]][]> {
  const given = { ...settingsOf(algorithm), ...quick, ...config };
  const run = await train(algorithm, lineDataset(), { steps: 20, seed: 1, config: given });
  for await (const _ of run);
  const state = await run.state();
  await run.dispose();
  return treeEntries(state).map(([path, { data }]) => [path, [...data]]);
}

it('is SAC-N, to the last bit, where diversity counts for nothing', async () => {
  const expected = await weightsOf(sacN, {});
  expect(await weightsOf(edac, { diversity: 0 })).toEqual(expected);
  expect(await weightsOf(edac, { diversity: 1 })).not.toEqual(expected);
});

it('finds better actions than random data with EDAC', async () => {
  // Imitation stays at a distance of 1/12; where values count for nothing, or their sign is wrong, it is more.
  expect(await distanceToBest(edac, 400, quick)).toBeLessThan(0.01);
});
