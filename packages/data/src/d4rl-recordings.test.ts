import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Dataset } from '@lamo/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/fixtures';
import { readBehaviourPolicy } from './behaviour-policy';
import { describeDataset } from './describe-dataset';
import { readD4rl } from './read-d4rl';
import { minMaxReturn } from './return-range';
import { episodeReturns } from './returns';
import { fitStandardScaler } from './scalers';
import { qlearningTransitions, transitions } from './transitions';

// Files written by h5py from Gymnasium episodes, each with a card of figures that NumPy computed in double precision.
const names = ['halfcheetah-medium-sac', 'hopper-medium-sac', 'hopper-replay-sac', 'hopper-early-sac'];
// The files hold float32: about 3e-8 per value, less in sums.
const float32 = 1e-7;

describe.each(names)('the recording %s', (name) => {
  const path = fixturePath(`d4rl/${name}.hdf5`);
  const cardPath = fixturePath(`d4rl/${name}.json`);

  describe.skipIf(!path || !cardPath)('agrees with its card', () => {
    const card = cardPath && JSON.parse(readFileSync(cardPath, 'utf8'));
    let dataset: Dataset;
    beforeAll(async () => {
      dataset = await readD4rl(path!);
    });

    it('is the file that the card describes', () => {
      expect(createHash('sha256').update(readFileSync(path!)).digest('hex')).toBe(card.sha256);
      expect(dataset.name).toBe(name);
    });

    it('has its rows, episodes and flags', () => {
      expect(describeDataset(dataset)).toMatchObject({
        rows: card.rows,
        finishedEpisodes: card.episodes_finished,
        unfinishedRows: card.rows_after_last_finished,
        terminated: card.terminals,
        truncated: card.timeouts,
      });
      const lengths = Array.from(dataset.episodeEnds, (end, i) => end - (dataset.episodeEnds[i - 1] ?? 0));
      expect(lengths.slice(0, 10)).toEqual(card.episode_lengths_first10);
    });

    it('has its returns and sum of rewards', () => {
      expect(episodeReturns(dataset).subarray(0, 10)).toBeAllClose(card.returns_first10, {
        relative: float32,
      });
      const { mean, min, max } = describeDataset(dataset).returns!;
      expect([mean, min, max]).toBeAllClose([card.return_mean, card.return_min, card.return_max], {
        relative: float32,
      });
      const sum = dataset.rewards.reduce((total, reward) => total + reward, 0);
      expect([sum]).toBeAllClose([card.reward_sum], { relative: float32 });
    });

    it('has its mean and standard deviation of observations', () => {
      const scaler = fitStandardScaler(dataset.observations, dataset.observationSize, { epsilon: 0 });
      // The absolute part is for means near 0 of columns whose values reach 10.
      expect(scaler.mean).toBeAllClose(card.observation_mean, { relative: float32, absolute: 1e-7 });
      expect(scaler.standardDeviation).toBeAllClose(card.observation_std, {
        relative: float32,
        absolute: 1e-7,
      });
    });

    it("gives the transitions that D4RL's loop gives", () => {
      const lastIsTimeout = dataset.truncated.at(-1) === 1;
      const view = qlearningTransitions(dataset);
      expect(view.rows.length).toBe(card.rows - 1 - card.timeouts + (lastIsTimeout ? 1 : 0));
      expect(transitions(dataset).rows.length).toBe(card.rows);
      const literal = literalQlearning(dataset);
      expect(view.nextObservations === dataset.observations).toBe(true);
      expect(view.rows).toBeAllClose(literal.rows, {});
      expect(view.nextRows).toBeAllClose(literal.nextRows, {});
    });

    it('follows its logged next observations inside episodes', () => {
      const { observations, nextObservations, observationSize: width, episodeEnds } = dataset;
      const ends = new Set(episodeEnds);
      for (let row = 0; row < dataset.size - 1; row++) {
        if (ends.has(row + 1)) continue;
        for (let j = 0; j < width; j++) {
          if (nextObservations![row * width + j] === observations[(row + 1) * width + j]) continue;
          expect.fail(`row ${row}, column ${j}`);
        }
      }
    });

    it('gives the range of returns that the loops of CORL and of IQL give', () => {
      const rows = qlearningTransitions(dataset).rows;
      const literal = {
        steps: literalCorlReturns(dataset, rows),
        continuity: literalIqlReturns(dataset, rows),
      };
      for (const cut of ['steps', 'continuity'] as const) {
        const { min, max, rewardScale } = minMaxReturn(qlearningTransitions(dataset), { cut });
        const [low, high] = [Math.min(...literal[cut]), Math.max(...literal[cut])];
        expect([min, max], cut).toBeAllClose([low, high], { relative: 1e-12 }); // sums in double precision
        // A trajectory is an episode less the row of its time-out, which no reward of these tasks changes by more.
        if (cut === 'continuity') expect(max / card.return_max).toBeCloseTo(1, 2);
        expect(rewardScale * (high - low)).toBeCloseTo(1000, 6);
      }
    });
  });
});

/** The loop of CORL's `return_reward_range`: cut after a terminated row or 1000 rows, the rest lost. */
function literalCorlReturns({ rewards, terminated }: Dataset, rows: Uint32Array): number[] {
  const returns: number[] = [];
  let [total, length] = [0, 0];
  for (const row of rows) {
    total += rewards[row]!;
    length += 1;
    if (terminated[row] === 1 || length === 1000) {
      returns.push(total);
      [total, length] = [0, 0];
    }
  }
  return returns;
}

/** The loop of IQL's `split_into_trajectories`: cut where the next row does not begin where this one ended. */
function literalIqlReturns(dataset: Dataset, rows: Uint32Array): number[] {
  const { observations, observationSize: width, rewards, terminated } = dataset;
  const returns: number[] = [];
  let total = 0;
  for (const [i, row] of rows.entries()) {
    total += rewards[row]!;
    const following = rows[i + 1];
    let squares = 0;
    for (let j = 0; j < width && following !== undefined; j++) {
      squares += (observations[following * width + j]! - observations[(row + 1) * width + j]!) ** 2;
    }
    if (following !== undefined && terminated[row] === 0 && Math.sqrt(squares) <= 1e-6) continue;
    returns.push(total);
    total = 0;
  }
  return returns;
}

/** The loop of D4RL's `qlearning_dataset` on row numbers. */
function literalQlearning(dataset: Dataset) {
  const rows: number[] = [];
  const nextRows: number[] = [];
  for (let i = 0; i < dataset.size - 1; i++) {
    const final = dataset.truncated[i] === 1;
    if (final) continue;
    rows.push(i);
    nextRows.push(i + 1);
  }
  return { rows: Uint32Array.from(rows), nextRows: Uint32Array.from(nextRows) };
}

const withPolicy = fixturePath('d4rl/halfcheetah-medium-sac.hdf5');
describe.skipIf(!withPolicy)('readBehaviourPolicy', () => {
  it('reads weights with which the policy explains its own actions', async () => {
    const { layers, ...rest } = await readBehaviourPolicy(withPolicy!);
    expect(rest).toEqual({ algorithm: 'SAC', nonlinearity: 'relu', outputDistribution: 'tanh_gaussian' });
    expect(Object.keys(layers).sort()).toEqual(['fc0', 'fc1', 'last_fc', 'last_fc_log_std']);
    const dataset = await readD4rl(withPolicy!, { infos: false });
    const { size, observationSize, actionSize } = dataset;
    expect(layers.fc0!.inputSize).toBe(observationSize);
    expect(layers.fc0!.bias).toHaveLength(layers.fc0!.outputSize);
    const linear = (name: string, input: number[]) =>
      Array.from(layers[name]!.bias, (bias, i) =>
        input.reduce((sum, x, j) => sum + layers[name]!.weight[i * input.length + j]! * x, bias),
      );
    const relu = (values: number[]) => values.map((value) => Math.max(0, value));
    // The log-density of the logged action under the policy, against the one that was logged with it.
    const { action_log_probs } = (await readD4rl(withPolicy!)).infos;
    for (const row of [0, 1, dataset.episodeEnds[0]! - 1, dataset.episodeEnds[0]!, size >> 1, size - 1]) {
      const observation = Array.from(
        dataset.observations.subarray(row * observationSize, (row + 1) * observationSize),
      );
      const hidden = relu(linear('fc1', relu(linear('fc0', observation))));
      const mean = linear('last_fc', hidden);
      const logStd = linear('last_fc_log_std', hidden);
      let logProbability = 0;
      for (let i = 0; i < actionSize; i++) {
        const action = dataset.actions[row * actionSize + i]!;
        const z = (Math.atanh(action) - mean[i]!) / Math.exp(logStd[i]!);
        logProbability +=
          -0.5 * z * z - logStd[i]! - 0.5 * Math.log(2 * Math.PI) - Math.log(1 - action * action + 1e-6);
      }
      expect(logProbability).toBeCloseTo(action_log_probs!.data[row]!, 1);
    }
  });

  it('says that a replay set has no policy, and what it has', async () => {
    const replay = fixturePath('d4rl/hopper-replay-sac.hdf5');
    await expect(readBehaviourPolicy(replay!)).rejects.toMatchObject({
      code: 'missing-key',
      message: expect.stringContaining('metadata/algorithm'),
    });
  });
});
