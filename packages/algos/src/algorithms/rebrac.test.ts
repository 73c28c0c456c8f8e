import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { testDeterministicStep } from '../../test/deterministic-step';
import { distanceToBest } from '../../test/line-task';
import { fourDataset } from '../../test/one-step';
import { rebrac } from './rebrac';

testDeterministicStep(rebrac, {
  settings: { actorLearningRate: 0.01, criticLearningRate: 0.02, actorPenalty: 0.7, criticPenalty: 0.3 },
  learningRates: { actor: 0.01, critic: 0.02 },
  nextPenalty: 0.3,
  penalty: 0.7,
  valueWeight: 1,
  pick: (values) => Math.min(...values),
  follow: 'before',
  actorTurn: 0,
  metrics: (distance, value) => ({ distance, value }),
});

it('normalises hidden layers of the critics of ReBRAC after their activation, and not of the actor', async () => {
  const config = rebrac.config.parse({ hiddenSize: 5 });
  const state = (await rebrac.init(fourDataset, config, Rng.fromSeed(1), {})) as unknown as Record<
    'actor' | 'critics',
    Record<string, object>
  >;
  const norms = (network: Record<string, object>) =>
    Object.values(network).map((layer) => Object.keys(layer).slice(2).join(' '));
  expect(norms(state.critics)).toEqual(['scale shift', 'scale shift', 'scale shift', '']);
  expect(norms(state.actor)).toEqual(['', '', '', '']);
});

it('steps the actor of ReBRAC first, and then after every so many steps', () => {
  const [first, second, third] = rebrac.cycle(rebrac.config.parse({ policyDelay: 3 }));
  expect(second).not.toBe(first);
  expect(third).toBe(second);
});

it('finds better actions than random data with ReBRAC', async () => {
  // Imitation stays at a distance of 1/12; where values count for nothing, or their sign is wrong, it is more.
  expect(await distanceToBest(rebrac, 600, {})).toBeLessThan(0.01);
});
