import type { Dataset, JudgedLog } from '@lamo/core';
import { openDevice } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { judgedCorridor } from '../../test/judged-corridor';
import { loadJudgedPolicy } from '../ingredients/judging/load-judged-policy';
import { type Behaviour, fitBehaviour, loggedBehaviour } from './behaviour';
import { fitNetworkValues } from './network-values';
import { policyDensities } from './policy-densities';
import { prepareLog } from './prepare-log';

/** Chooses both classes, or amounts from 0 to 2, with the same odds or density: ½ of both. */
const logged = (dataset: Dataset): Dataset => ({
  ...dataset,
  infos: { action_log_probs: { width: 1, data: new Float32Array(dataset.size).fill(Math.log(0.5)) } },
});

// Four thousand rows of chance and small networks, as for FQE; without weights or networks these are off by three times as much.
const TOLERANCE = 0.1;

/** The weights of steps, and sums over episodes, in plain arithmetic. */
function episodesOf({ episodeEnds, rewards, discount, densities }: JudgedLog) {
  return Array.from(episodeEnds, (end, episode) => {
    let weight = 1;
    const start = episodeEnds[episode - 1] ?? 0;
    return Array.from({ length: end - start }, (_, t) => {
      weight *= Math.exp(densities!.policy[start + t]! - densities!.behaviour[start + t]!);
      return { row: start + t, episode, share: discount ** t, weight, reward: rewards[start + t]! };
    });
  });
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** The mean of a Gaussian around an amount between −1 and 1, as wide as a Gaussian of density ½ is on average, that stays between them. */
function meanAround(center: number): number {
  const width = 2 / Math.sqrt(2 * Math.PI * Math.E);
  const grid = Array.from({ length: 2000 }, (_, i) => -1 + (i + 0.5) / 1000);
  const weights = grid.map((amount) => Math.exp(-(((amount - center) / width) ** 2) / 2));
  return total(grid.map((amount, i) => amount * weights[i]!)) / total(weights);
}

function weightedReturns(log: JudgedLog): number {
  const episodes = episodesOf(log).map((steps) => ({
    earned: total(steps.map(({ share, reward }) => share * reward)),
    weight: steps.at(-1)!.weight,
  }));
  return (
    total(episodes.map(({ earned, weight }) => earned * weight)) / total(episodes.map(({ weight }) => weight))
  );
}

/** Jiang and Li's recursion, from the last step to the first: V + w (r + γ DR′ − Q). */
function doublyRobust(log: JudgedLog): number {
  const { networks, densities, rewards, discount } = log;
  const mean = (values: readonly ArrayLike<number>[], i: number) =>
    total(values.map((own) => own[i]!)) / values.length;
  return (
    total(
      episodesOf(log).map((steps) =>
        steps.reduceRight(
          (later, { row }) => {
            const weight = Math.exp(densities!.policy[row]! - densities!.behaviour[row]!);
            const surprise = rewards[row]! + discount * later - mean(networks!.logged, row);
            return mean(networks!.policy, row) + weight * surprise;
          },
          mean(networks!.cuts, steps[0]!.episode),
        ),
      ),
    ) / log.episodeEnds.length
  );
}

describe.each(['classes', 'amounts'] as const)('a corridor where actions are %s', (kind) => {
  const { dataset, settings, truth, policyAt, beforeCuts } = judgedCorridor(kind);
  // Whoever acted is at 1 on average, or chooses each class half of the time; a policy of amounts is judged with a spread around it.
  const target = beforeCuts(kind === 'classes' ? policyAt : (place) => 1 + meanAround(policyAt(place) - 1));
  const ofBehaviour = beforeCuts(() => (kind === 'classes' ? 0.5 : 1));
  const { policy: path, discount, hiddenSize, batchSize, learningRate, targetEvery, ...reading } = settings;
  const log = prepareLog(logged(dataset), reading);
  let judged: JudgedLog;
  let fitted: Behaviour;

  const judgeWith = async (behaviour: Behaviour): Promise<JudgedLog> => {
    const policy = await loadJudgedPolicy(log.spec, { policy: path });
    const { logDensities } = await policyDensities(log, policy, behaviour, { bandwidth: 1 });
    const densities = { behaviour: behaviour.logDensities, policy: logDensities };
    return { episodeEnds: dataset.episodeEnds, rewards: dataset.rewards, discount, densities };
  };

  beforeAll(async () => {
    const device = await openDevice('cpu', { threads: 1 });
    fitted = await fitBehaviour(log, { steps: 400, device });
    const policy = await loadJudgedPolicy(log.spec, { policy: path });
    const { values } = await fitNetworkValues(dataset, log, policy, {
      steps: 1600,
      config: { ...reading, discount, hiddenSize, batchSize, learningRate, targetEvery },
      networks: 3,
      device,
    });
    judged = { ...(await judgeWith(loggedBehaviour(log)!)), networks: values };
  }, 60_000);

  it('is judged by weights of logged probabilities, as far as the log goes', () => {
    expect(Math.abs(weightedReturns(judged) - target)).toBeLessThan(TOLERANCE);
    expect(Math.abs(ofBehaviour - target)).toBeGreaterThan(3 * TOLERANCE);
  });

  // Amounts are drawn evenly here, which the model's Gaussian is not.
  it.runIf(kind === 'classes')('is judged by a model of whoever acted, which is nearly as good', async () => {
    expect(Math.abs(weightedReturns(await judgeWith(fitted)) - target)).toBeLessThan(TOLERANCE);
  });

  it('is judged by networks and weights together, beyond where the log was cut', () => {
    expect(Math.abs(doublyRobust(judged) - truth)).toBeLessThan(TOLERANCE);
  });

  it('has networks that learned from different episodes, and are not the same', () => {
    const { counts, policy } = judged.networks!;
    expect(counts).toHaveLength(3);
    for (const own of counts) expect(total([...(own as Uint32Array)])).toBe(dataset.episodeEnds.length);
    // About a third of the episodes are in no sample of three, (1 − 1/E)^E each.
    const unseen = [...(counts[0] as Uint32Array)].filter((count) => count === 0).length;
    expect(unseen / dataset.episodeEnds.length).toBeGreaterThan(0.33);
    expect(unseen / dataset.episodeEnds.length).toBeLessThan(0.41);
    expect(policy[0]).not.toEqual(policy[1]);
  });

  it('has networks that hardly move any more, as eighty replacements of targets add up a future of ten steps', () => {
    expect(judged.networks!.drift).toBeGreaterThan(0);
    expect(judged.networks!.drift).toBeLessThan(TOLERANCE);
  });

  it('has nothing after an end, and what networks say after a cut', () => {
    const { cuts } = judged.networks!;
    for (const [episode, end] of dataset.episodeEnds.entries())
      if (dataset.terminated[end - 1] === 1) expect(cuts[0]![episode]).toBe(0);
      else expect(Math.abs(cuts[0]![episode]!)).toBeGreaterThan(1e-3);
  });
});
