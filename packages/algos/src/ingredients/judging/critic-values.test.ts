import { type HostArray, openDevice, type Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import {
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
  valuesOf,
} from '../../../test/plain';
import { settingsOf } from '../../../test/small-config';
import { awac } from '../../algorithms/awac';
import { calQl } from '../../algorithms/cal-ql';
import { cql } from '../../algorithms/cql';
import { edac } from '../../algorithms/edac';
import { iql } from '../../algorithms/iql';
import { rebrac } from '../../algorithms/rebrac';
import { rlpdOnTransitions } from '../../algorithms/rlpd';
import { sacOnTransitions } from '../../algorithms/sac';
import { sacN } from '../../algorithms/sac-n';
import { td3Bc } from '../../algorithms/td3-bc';
import { xql } from '../../algorithms/xql';
import type { AnyAlgorithm } from '../../engine/algorithm';
import { algorithms } from '../../engine/find-algorithm';
import { valueActions } from '../../engine/load-result';
import { train } from '../../engine/train';
import type { PolicyDefinition } from '../../kinds/policy';
import { type ToyActions, toyDataset } from '../../testing/toy-dataset';

interface State {
  readonly critics: PlainNetwork;
  readonly critic: PlainNetwork;
  readonly scaler: { readonly mean: PlainArray; readonly standardDeviation: PlainArray };
}

/** What a state thinks of one action; it is given the state, a scaled observation, and the action as batches have it. */
type Plain = (state: State, observation: readonly number[], action: readonly number[]) => number;

const lowest: Plain = ({ critics }, ...pair) => Math.min(...valuesOf(critics, ...pair));
const average: Plain = ({ critics }, ...pair) => mean(valuesOf(critics, ...pair));
const stacked: Plain = ({ critics }, ...pair) =>
  Math.min(
    ...Object.values(critics as unknown as Record<string, PlainNetwork>).flatMap((own) =>
      valuesOf(own, ...pair),
    ),
  );
const ofClass = (network: PlainNetwork, observation: readonly number[], action: readonly number[], n = 0) =>
  sum(forward(network, observation, n).map((value, i) => value * action[i]!));
const single: Plain = ({ critic }, ...pair) => ofClass(critic, ...pair);
const lowestOfClasses: Plain = ({ critics }, ...pair) =>
  Math.min(...[0, 1, 2].map((n) => ofClass(critics, ...pair, n)));

const device = await openDevice('cpu', { threads: 1 });

/** Trains a few steps, and judges the data's own actions. */
async function judge(algorithm: AnyAlgorithm, kind: ToyActions, config: object) {
  const dataset = toyDataset(kind);
  const settings = { ...settingsOf(algorithm), ...config };
  const run = await train(algorithm, dataset, { steps: 3, seed: 2, config: settings, device });
  try {
    for await (const _ of run);
    const checkpoint = await run.checkpoint();
    const judged = await valueActions(algorithm, checkpoint, device, dataset);
    return { dataset, judged: judged!, state: toPlain<State>(checkpoint.state as Tree<HostArray>) };
  } finally {
    await run.dispose();
  }
}

describe('the value of an action', () => {
  it.each<[string, AnyAlgorithm, ToyActions, Plain]>([
    ['TD3+BC', td3Bc, 'amounts', lowest],
    ['ReBRAC', rebrac, 'amounts', lowest],
    ['AWAC', awac, 'amounts', lowest],
    ['SAC-N', sacN, 'amounts', lowest],
    ['EDAC', edac, 'amounts', lowest],
    ['SAC', sacOnTransitions, 'amounts', lowest],
    ['SAC', sacOnTransitions, 'classes', lowestOfClasses],
    ['RLPD', rlpdOnTransitions, 'amounts', average],
    ['IQL', iql, 'amounts', lowest],
    ['IQL', iql, 'classes', lowest],
    ['XQL', xql, 'amounts', lowest],
    ['CQL', cql, 'amounts', stacked],
    ['CQL', cql, 'classes', single],
    ['Cal-QL', calQl, 'amounts', stacked],
  ])('is what the critics in a checkpoint of %s say', async (_, algorithm, kind, plain) => {
    const { dataset, judged, state } = await judge(algorithm, kind, {});
    const { mean: centre, standardDeviation } = state.scaler;
    expect(judged).toMatchObject({ rewards: 'raw', values: { length: dataset.size } });
    const expected = Array.from({ length: dataset.size }, (_, i) => {
      const observation = row([...dataset.observations], i, 3).map(
        (x, j) => (x - centre.data[j]!) / standardDeviation.data[j]!,
      );
      const action =
        kind === 'classes'
          ? [0, 1, 2, 3].map((column) => Number(dataset.actions[i] === column))
          : row([...dataset.actions], i);
      return plain(state, observation, action);
    });
    // Float32 sums of some dozen terms of about 1, against double precision.
    expect(judged.values).toBeAllClose(expected, { absolute: 1e-5 });
    expect(new Set(judged.values).size).toBeGreaterThan(100);
  });

  it('is in the units of the data’s rewards and actions, where settings scaled both', async () => {
    const bounds = { actionLow: -4, actionHigh: 4 };
    const { dataset, judged, state } = await judge(td3Bc, 'amounts', { ...bounds, rewardScale: 10 });
    const { mean: centre, standardDeviation } = state.scaler;
    const observation = [...dataset.observations.subarray(0, 3)].map(
      (x, j) => (x - centre.data[j]!) / standardDeviation.data[j]!,
    );
    const action = [...dataset.actions.subarray(0, 2)].map((x) => x / 4);
    expect(judged.rewards).toBe('raw');
    expect(judged.values[0]).toBeCloseTo(lowest(state, observation, action) / 10, 6); // float32
  });

  it.each([{ rewardBias: -1 }, { normaliseRewards: 'return-range' }])(
    'is said to be of other rewards, where %o cannot be undone',
    async (config) => {
      expect((await judge(td3Bc, 'amounts', config)).judged.rewards).toBe('transformed');
    },
  );
});

it('is known of every algorithm that keeps critics, and of no other', () => {
  const judging = [...algorithms.values()].filter(
    ({ result }) => 'value' in (result as Partial<PolicyDefinition<unknown>>),
  );
  expect(judging.map(({ name }) => name)).toEqual([
    ...['awac', 'cal-ql', 'cql', 'edac', 'iql', 'rebrac', 'rlpd', 'sac', 'sac-n', 'td3-bc', 'xql'],
  ]);
});
