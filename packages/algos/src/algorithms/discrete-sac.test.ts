import { Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { FOUR_CHOICES, fourChoices, takeChoice } from '../../test/one-step';
import {
  expectDescent,
  expectTargetsFollow,
  forward,
  mean,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
} from '../../test/plain';
import { parseConfig } from '../engine/parse-config';
import { datasetSpec } from '../kinds/dataset';
import { type SacConfig, sacOnTransitions } from './sac';

interface State {
  readonly actor: PlainNetwork;
  readonly critics: PlainNetwork;
  readonly targets: PlainNetwork;
  readonly logAlpha: PlainArray;
  readonly actorOptimizer: { readonly first: PlainArray };
  readonly criticOptimizer: { readonly first: PlainArray };
}

const config = parseConfig(sacOnTransitions, {
  ...{ batchSize: 4, hiddenSize: 5, criticCount: 3, discount: 0.9, targetRate: 0.1, entropyShare: 0.6 },
  ...{ actorLearningRate: 0.01, criticLearningRate: 0.02, alphaLearningRate: 0.3 },
}) as SacConfig;
const { observations, nextObservations, rewards, terminated, chosen } = FOUR_CHOICES;

/** π(·|s), and the values of all classes by each of the three critics. */
function judge(actor: PlainNetwork, critics: PlainNetwork, observation: readonly number[]) {
  const logits = forward(actor, observation);
  const total = sum(logits.map(Math.exp));
  const odds = logits.map((logit) => Math.exp(logit) / total);
  const each = [0, 1, 2].map((n) => forward(critics, observation, n));
  const lowest = odds.map((_, k) => Math.min(...each.map((values) => values[k]!)));
  return { odds, each, lowest };
}

const entropyOf = (odds: readonly number[]) => -sum(odds.map((p) => p * Math.log(p)));

function actorLoss(actor: PlainNetwork, critics: PlainNetwork, logAlpha: PlainArray): number {
  const alpha = Math.exp(logAlpha.data[0]!);
  return mean(
    rewards.map((_, i) => {
      const { odds, lowest } = judge(actor, critics, row(observations, i));
      return sum(odds.map((p, k) => p * (alpha * Math.log(p) - lowest[k]!)));
    }),
  );
}

function criticLoss(critics: PlainNetwork, { actor, targets, logAlpha }: State): number {
  const alpha = Math.exp(logAlpha.data[0]!);
  return sum(
    [0, 1, 2].map((n) =>
      mean(
        rewards.map((reward, i) => {
          const next = judge(actor, targets, row(nextObservations, i));
          const soft = sum(next.odds.map((p, k) => p * (next.lowest[k]! - alpha * Math.log(p))));
          const target = reward + config.discount * (1 - terminated[i]!) * soft;
          return (forward(critics, row(observations, i), n)[chosen[i]!]! - target) ** 2;
        }),
      ),
    ),
  );
}

describe('a step of SAC of classes', () => {
  it('has the losses of the paper, descends them one after the other, and lets targets follow', async () => {
    const init = (seed: number) =>
      sacOnTransitions.init(datasetSpec(fourChoices), config, Rng.fromSeed(seed), {});
    const state = { ...init(2), targets: (init(3) as never as State).critics } as unknown as Tree<HostArray>;
    const before = toPlain(state) as never as State;
    const { after, metric } = await takeChoice(sacOnTransitions, config, state);
    const now = toPlain(after) as never as State;

    const entropy = mean(
      rewards.map((_, i) => entropyOf(judge(before.actor, before.critics, row(observations, i)).odds)),
    );
    // Float32 sums of a dozen terms.
    expect(metric('entropy')).toBeCloseTo(entropy, 5);
    expect(metric('alpha')).toBeCloseTo(Math.exp(entropy > 0.6 * Math.log(3) ? -0.3 : 0.3), 5); // Adam’s first step is the rate
    expect(metric('actorLoss')).toBeCloseTo(actorLoss(before.actor, before.critics, now.logAlpha), 5);
    const seen = { ...before, actor: now.actor, logAlpha: now.logAlpha };
    expect(metric('criticLoss')).toBeCloseTo(criticLoss(before.critics, seen), 4);
    expectDescent(
      { before: before.actor, after: now.actor, optimizer: now.actorOptimizer, learningRate: 0.01 },
      () => actorLoss(before.actor, before.critics, now.logAlpha),
    );
    expectDescent(
      { before: before.critics, after: now.critics, optimizer: now.criticOptimizer, learningRate: 0.02 },
      () => criticLoss(before.critics, seen),
    );
    expectTargetsFollow(before.targets, now.targets, now.critics);
  });
});
