import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { createDataset, episodeReturns } from '@lamo/data';
import { type HostArray, hostArray, mapTree, openDevice, type Tree, type TreeRecord } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { judgedCorridor } from '../../test/judged-corridor';
import { policyFolder } from '../../test/judged-policies';
import { FOUR, FOUR_CHOICES, fourChoices, fourDataset, runStep } from '../../test/one-step';
import {
  expectDescent,
  expectTargetsFollow,
  mean,
  numbersOf,
  type PlainArray,
  type PlainNetwork,
  row,
  sum,
  toPlain,
  valuesOf,
} from '../../test/plain';
import { loadResult, saveResult } from '../engine/load-result';
import { type TrainOptions, train } from '../engine/train';
import { datasetSpec } from '../kinds/dataset';
import { ESTIMATE_FILE } from '../kinds/estimate';
import { toyDataset } from '../testing/toy-dataset';
import { fqe } from './fqe';

interface Plain {
  readonly critics: PlainNetwork;
  readonly targets: PlainNetwork;
  readonly criticOptimizer: { readonly first: PlainArray };
}

const GIVEN = { hiddenSize: 5, batchSize: 4, learningRate: 0.01, discount: 0.9, targetEvery: 1 };

/** What the judged policy does after each of the four transitions, of three classes. */
const CLASSES = [
  [0, 1, 0],
  [1, 0, 0],
  [0, 0, 1],
  [0, 1, 0],
].flat();

const KINDS = {
  amounts: { dataset: fourDataset, size: 2, actions: FOUR.actions, next: FOUR.nextActions },
  classes: { dataset: fourChoices, size: 3, actions: FOUR_CHOICES.actions, next: CLASSES },
};

/** Takes one step from random networks whose targets are not they. */
async function takeJudgingStep(kind: keyof typeof KINDS, settings: object, weights?: readonly number[]) {
  const { dataset, actions, next } = KINDS[kind];
  const spec = datasetSpec(dataset);
  const config = fqe.config.parse({ ...GIVEN, ...settings });
  const rng = Rng.fromSeed(3);
  const redraw = (tree: Tree<HostArray>) =>
    mapTree(tree, ({ shape, data }) =>
      hostArray(
        shape,
        data.map(() => rng.uniform(-1, 1)),
      ),
    );
  const loaded = { identity: 'none', act: async (rows: Float32Array) => rows };
  const drawn = (await fqe.init(spec, config, rng, loaded)) as TreeRecord<HostArray>;
  const state = { ...drawn, critics: redraw(drawn.critics!), targets: redraw(drawn.targets!) };
  const shapes = {
    ...{ observations: [4, 2], nextObservations: [4, 2], rewards: [4], terminated: [4] },
    ...{ actions: [4, spec.actionSize], 'infos/policyActions': [4, spec.actionSize] },
    ...(weights && { 'infos/networkWeights': [4, 2] }),
  };
  const source = { shapes, next() {}, state: () => null, restore() {} };
  const own = weights && { 'infos/networkWeights': weights };
  const logged = { ...LOGGED, actions, 'infos/policyActions': next, ...own };
  const { after, metric } = await runStep(fqe, { config, state, source, spec, logged, loaded });
  return { before: toPlain<Plain>(state), after: toPlain<Plain>(after), metric };
}

/** As they are before they are standardised. */
const LOGGED = {
  observations: [3.125, -21.6, 3.25, -17.6, 2.825, -19.2, 3.1, -12.8],
  nextObservations: [3.15, -20.8, 3, -20, 2.875, -17.6, 3.05, -13.6],
  rewards: FOUR.rewards,
  terminated: FOUR.terminated,
};

/** The loss in plain arithmetic: every network has a target of its own, and the policy's action in it. */
function plainLoss(
  kind: keyof typeof KINDS,
  { critics, targets }: Plain,
  ofError: (e: number) => number,
  weights?: readonly (readonly number[])[],
) {
  const { actions, next, size } = KINDS[kind];
  const losses = FOUR.rewards.map((reward, i) => {
    const follows = valuesOf(targets, row(FOUR.nextObservations, i), row(next, i, size));
    const values = valuesOf(critics, row(FOUR.observations, i), row(actions, i, size));
    const y = follows.map((q) => reward + 0.9 * (1 - FOUR.terminated[i]!) * q);
    return sum(values.map((q, n) => (weights?.[i]?.[n] ?? 1) * ofError(q - y[n]!)));
  });
  return mean(losses);
}

const square = (e: number) => e ** 2;
const huber = (e: number) => (Math.abs(e) < 1 ? e ** 2 / 2 : Math.abs(e) - 0.5);

describe.each(['amounts', 'classes'] as const)('one step of FQE on %s, in plain arithmetic', (kind) => {
  it.each([
    ['squared', square],
    ['huber', huber],
  ] as const)('descends the %s error to what the policy is worth next', async (loss, ofError) => {
    const { before, after, metric } = await takeJudgingStep(kind, { loss });
    const now = () => plainLoss(kind, before, ofError);
    expect(metric('criticLoss') / now()).toBeCloseTo(1, 5); // float32 against double precision
    const optimizer = after.criticOptimizer;
    expectDescent({ before: before.critics, after: after.critics, optimizer, learningRate: 0.01 }, now);
  });
});

describe('networks of FQE that learn from episodes of their own', () => {
  // How often each of two networks learns from each of the four transitions.
  const WEIGHTS = [
    [2, 0],
    [0, 1],
    [1, 3],
    [1, 0],
  ];

  it.each([
    ['squared', square],
    ['huber', huber],
  ] as const)('each descend their own %s error', async (loss, ofError) => {
    const settings = { loss, resample: 0 };
    const { before, after, metric } = await takeJudgingStep('amounts', settings, WEIGHTS.flat());
    const now = () => plainLoss('amounts', before, ofError, WEIGHTS);
    expect(metric('criticLoss') / now()).toBeCloseTo(1, 5); // float32 against double precision
    const optimizer = after.criticOptimizer;
    expectDescent({ before: before.critics, after: after.critics, optimizer, learningRate: 0.01 }, now);
  });
});

describe('the targets of FQE', () => {
  it('are replaced by the networks, or follow them', async () => {
    const replaced = await takeJudgingStep('amounts', {});
    // old + (new − old) in float32
    expect(numbersOf(replaced.after.targets)).toBeAllClose(numbersOf(replaced.after.critics), {
      absolute: 1e-6,
    });
    const { before, after } = await takeJudgingStep('amounts', { targetRate: 0.1 });
    expectTargetsFollow(before.targets, after.targets, after.critics);
  });

  it('stay between two replacements', async () => {
    const { before, after } = await takeJudgingStep('amounts', { targetEvery: 2 });
    expect(after.targets).toEqual(before.targets);
  });
});

describe.each(['amounts', 'classes'] as const)(
  'a corridor where actions are %s, whose values are known',
  (kind) => {
    const { truth, ofBehaviour, estimate, broken } = judgedCorridor(kind);

    // Four thousand rows of chance and small networks; what is wrong is off by three times as much at least.
    const TOLERANCE = 0.1;

    it('is judged within 0.1, far from what was earned by whoever logged it', async () => {
      expect(Math.abs(ofBehaviour - truth)).toBeGreaterThan(3 * TOLERANCE);
      const { value, interval, networks, episodes } = await estimate();
      expect(Math.abs(value - truth)).toBeLessThan(TOLERANCE);
      expect(interval!.low).toBeLessThan(value);
      expect(interval!.high).toBeGreaterThan(value);
      expect(networks).toHaveLength(2);
      expect(mean(networks)).toBeCloseTo(value, 10);
      expect(episodes).toBeGreaterThan(1000);
    });

    it('is judged in the units of its rewards, whatever they are multiplied by', async () => {
      expect(Math.abs((await estimate({ rewardScale: 3 })).value - truth)).toBeLessThan(TOLERANCE);
    });

    it('is judged alike by targets that follow slowly', async () => {
      const slow = await estimate({ targetEvery: 1, targetRate: 0.02, learningRate: 1e-3 });
      expect(Math.abs(slow.value - truth)).toBeLessThan(TOLERANCE);
    });

    it.each(Object.entries(broken))('is misjudged by %s', async (_, judge) => {
      expect(Math.abs((await judge()) - truth)).toBeGreaterThan(3 * TOLERANCE);
    });
  },
);

describe('a training of FQE', () => {
  const write = policyFolder();
  const pull = (factor: number) =>
    write(`pull-${factor}`, 3, (seen) => ({ actions: tf.mul(tf.slice(seen, [0, 0], [-1, 2]), factor) }));
  const dataset = toyDataset();
  const small = { hiddenSize: 8, batchSize: 8 };

  async function trained(policy: string, options: Partial<TrainOptions<typeof fqe>> = {}) {
    const device = await openDevice('cpu', { threads: 1 });
    const run = await train(fqe, dataset, { steps: 5, config: { ...small, policy }, device, ...options });
    for await (const _ of run);
    const checkpoint = structuredClone(await run.checkpoint());
    const result = await run.result();
    await run.dispose();
    return { checkpoint, result, device };
  }

  it('writes the estimate that it has, which a checkpoint has, too', async () => {
    const { checkpoint, result, device } = await trained(pull(-0.5));
    expect(await loadResult(fqe, checkpoint, device)).toEqual(result);
    const folder = mkdtempSync(join(tmpdir(), 'lamo-estimate-'));
    await saveResult(fqe, checkpoint, folder);
    expect(JSON.parse(readFileSync(join(folder, ESTIMATE_FILE), 'utf8'))).toEqual(result);
    rmSync(folder, { recursive: true });
  });

  it('says what was earned in the data, by episodes that are finished', async () => {
    const { result } = await trained(pull(-0.5));
    const returns = episodeReturns(dataset, 0.99);
    expect(dataset.lastEpisodeFinished).toBe(false);
    expect(result.episodes).toBe(returns.length);
    expect(result.logged).toBeCloseTo(mean([...returns.subarray(0, -1)]), 5); // float32
  });

  it('says between what every policy is worth, from the rewards in the data', async () => {
    const { result } = await trained(pull(-0.5));
    const least = Math.min(...dataset.rewards);
    expect(result.attainable!.low).toBeCloseTo(100 * least, 3); // rewards are negative, γ is 0.99
    expect(result.attainable!.high).toBe(0);
    const endless = await trained(pull(-0.5), { config: { ...small, policy: pull(-0.5), discount: 1 } });
    expect(endless.result.attainable).toBe(null);
  });

  it('has an interval over what networks learn from other episodes, if each has its own', async () => {
    const policy = pull(-0.5);
    const alike = await trained(policy, { config: { ...small, policy, networks: 4 } });
    const { result } = await trained(policy, { config: { ...small, policy, networks: 4, resample: 1 } });
    expect(alike.result.resampled).toBe(undefined);
    expect(result.resampled).toBe(true);
    const center = mean(result.networks);
    const deviation = Math.sqrt(sum(result.networks.map((value) => (value - center) ** 2)) / 3);
    // 3.182: Student's t with three degrees of freedom. Chance of beginnings comes on top.
    expect(result.interval!.high - result.value).toBeGreaterThan(3.18 * deviation);
    expect(result.networks).not.toEqual(alike.result.networks);
  });

  it('does not continue with another policy under the same name', async () => {
    const policy = pull(-0.4);
    const { checkpoint } = await trained(policy);
    copyFileSync(pull(-0.3), policy);
    const refusal = { code: 'checkpoint-mismatch', message: expect.stringContaining('a policy') };
    await expect(trained(policy, { steps: 9, resume: checkpoint })).rejects.toMatchObject(refusal);
  });

  it('begins with the networks of another, and judges its own policy where its own data begin', async () => {
    const first = await trained(pull(-0.2));
    const own = pull(-0.6);
    const { checkpoint } = await trained(own, { steps: 0, initial: first.checkpoint });
    const fresh = await trained(own, { steps: 0 });
    const state = (from: typeof fresh) => from.checkpoint.state as TreeRecord<HostArray>;
    expect((checkpoint.state as TreeRecord<HostArray>).critics).toEqual(state(first).critics);
    expect((checkpoint.state as TreeRecord<HostArray>).starts).toEqual(state(fresh).starts);
    expect(state(first).starts).not.toEqual(state(fresh).starts);
  });

  it('is refused on rows that are out of order: nobody knows where episodes begin', async () => {
    const next = dataset.observations.map((_, i) => Math.sin(i));
    const shuffled = createDataset({ ...dataset, nextObservations: next });
    await expect(train(fqe, shuffled, { steps: 1, config: { policy: pull(-0.1) } })).rejects.toMatchObject({
      code: 'rows-out-of-order',
    });
  });
});
