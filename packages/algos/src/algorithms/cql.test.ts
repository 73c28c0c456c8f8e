import { type Dataset, Rng } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { type CriticStacks, identityScaler, initSquashedPolicy, stackNetworks } from '@lamo/models';
import { type HostArray, initAdam, type NoiseSource, openDevice } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { SMALL, testConservativeStep } from '../../test/conservative-step';
import { distanceToBest, lineDataset } from '../../test/line-task';
import { readRecording, type TransitionRecording } from '../../test/recording';
import { expectFollowed, expectTrained, replay, statesAfter } from '../../test/replay';
import { parseConfig } from '../engine/parse-config';
import { type PresetOf, train } from '../engine/train';
import { cql } from './cql';

/** The reference's parameters at one time, in our layout. */
function parameters(recording: TransitionRecording, when: 'init' | 'final') {
  const { data: multiplier } = recording.tensor(when, 'actor.log_std_multiplier.constant');
  const { data: offset } = recording.tensor(when, 'actor.log_std_offset.constant');
  const spread = { multiplier: multiplier[0]!, offset: offset[0]! };
  const critics = (prefix: string) => ({
    '0': stackNetworks([
      recording.network(when, `${prefix}critic_1`),
      recording.network(when, `${prefix}critic_2`),
    ]),
  });
  return {
    actor: initSquashedPolicy(recording.network(when, 'actor'), spread),
    logAlpha: recording.tensor(when, 'log_alpha.constant'),
    critics: critics(''),
    logAlphaPrime: recording.tensor(when, 'log_alpha_prime.constant'),
    targets: critics('target_'),
  };
}

/** The settings of a recording under our names. */
function settings({ config }: TransitionRecording) {
  return {
    conservativeWeight: config.cql_alpha,
    sampledActions: config.cql_n_actions,
    actorLearningRate: config.policy_lr,
    criticLearningRate: config.qf_lr,
    targetRate: config.soft_target_update_rate,
    discount: config.discount,
    bcSteps: config.bc_steps,
    targetGap: config.cql_lagrange ? config.cql_target_action_gap : null,
    maxTargetBackup: config.cql_max_target_backup ? 'after-min' : 'none',
    importanceSampling: config.cql_importance_sample ?? true,
    backupEntropy: config.backup_entropy ?? false,
  };
}

/** The reference draws from (−1, 1) what our steps make of numbers in [0, 1). */
function withUnitUniforms(recording: TransitionRecording): TransitionRecording {
  return {
    ...recording,
    noise(step): NoiseSource {
      const source = recording.noise(step);
      return {
        ...source,
        fillUniform(target) {
          source.fillUniform(target);
          for (let i = 0; i < target.length; i++) target[i] = (target[i]! + 1) / 2;
        },
      };
    },
  };
}

describe.each(['cql', 'cql_lagrange', 'cql_no_importance'])('CQL against steps of %s', (name) => {
  const path = fixturePath(`corl/${name}.safetensors`)?.replace('.safetensors', '');

  it.skipIf(path === undefined).each(withXla('cpu', 'tfjs-cpu'))(
    'reproduces losses and final weights on %s',
    async (device) => {
      const recording = readRecording(path!);
      const before = parameters(recording, 'init');
      const { actor, logAlpha, critics, logAlphaPrime } = before;
      const state = {
        ...before,
        actorOptimizer: initAdam({ actor, logAlpha }),
        criticOptimizer: initAdam({ critics, logAlphaPrime }),
        scaler: identityScaler(recording.shapes.observations![1]!),
      };
      const given = settings(recording);
      const replayed = await replay(cql, withUnitUniforms(recording), given, state, device);

      for (const [step, theirs] of recording.metrics.entries()) {
        const received = replayed.metrics[step]!;
        const both = (of: (critic: number) => string) => theirs[of(1)]! + theirs[of(2)]!;
        const expected = {
          criticLoss: both((i) => `qf${i}_loss`),
          conservativeLoss: both((i) => `cql_min_qf${i}_loss`),
          gap: both((i) => `cql_qf${i}_diff`) / 2,
          actorLoss: theirs.policy_loss!,
          alpha: theirs.alpha!,
          entropy: -theirs.log_pi!,
          ...(given.targetGap === null ? {} : { alphaPrime: theirs.alpha_prime! }),
        };
        for (const [metric, value] of Object.entries(expected)) {
          expect(received[metric]! / value, metric).toBeCloseTo(1, 5);
        }
        // Values are sums of numbers of both signs whose sizes are those of the weights: rounding leaves of them what it
        // leaves of 0.01, and a ten-thousandth of a value of 5e-4 at most.
        const values = [received.value!, received.nextValue!, received.alphaLoss!];
        const recorded = [both((i) => `average_qf${i}`) / 2, theirs.average_target_q!, theirs.alpha_loss!];
        expect(values).toBeAllClose(recorded, { relative: 1e-5, absolute: 2e-8 });
      }
      const final = parameters(recording, 'final');
      const states = statesAfter(replayed);
      const acting = {
        parts: ['actor', 'logAlpha'],
        optimizer: 'actorOptimizer',
        learningRate: given.actorLearningRate!,
        states,
      };
      const judging = {
        parts: ['critics', 'logAlphaPrime'],
        optimizer: 'criticOptimizer',
        learningRate: given.criticLearningRate!,
        states,
      };
      expectTrained(acting, final);
      expectTrained(judging, final);
      expectFollowed(judging, given.targetRate!, { targets: 'critics' }, final);
    },
  );
});

testConservativeStep('with its defaults', {});
testConservativeStep('with a target gap, and without importance sampling', {
  targetGap: 0.5,
  importanceSampling: false,
});
testConservativeStep('with a target gap that is not weighed, and the best of many next actions', {
  targetGap: 0.5,
  weighTargetGap: false,
  maxTargetBackup: 'after-min',
  backupEntropy: true,
});
testConservativeStep('with the best next action of each critic, in layers as CORL has them', {
  maxTargetBackup: 'before-min',
  compat: 'corl',
  tuneEntropy: false,
});
testConservativeStep('with gaps that are cut, while it imitates', { clipMin: 0.4, clipMax: 3, bcSteps: 1 });

/** Choices without a state to speak of. */
function choices(actions: Float32Array, rewards: Float32Array): Dataset {
  const rows = actions.length;
  return createDataset({
    name: 'choices',
    observationSize: 1,
    actionSize: 1,
    observations: new Float32Array(rows).fill(1),
    actions,
    rewards,
    terminated: new Uint8Array(rows).fill(1),
    truncated: new Uint8Array(rows),
  });
}

/** The policy's action after some steps, and the metrics of each step. */
async function learn(
  dataset: Dataset,
  steps: number,
  config: Record<string, unknown>,
  preset?: PresetOf<typeof cql>,
) {
  const device = await openDevice('cpu', { threads: 1 }); // products so small are not worth sharing
  const given = { steps, device, seed: 1, config: { ...SMALL, ...config } };
  const run = await train(cql, dataset, preset === undefined ? given : { ...given, preset });
  const metrics: Readonly<Record<string, number>>[] = [];
  for await (const step of run) metrics.push(step.metrics);
  const policy = await run.result();
  policy.reset(1);
  const [action] = await policy.act(new Float32Array(dataset.observationSize).fill(1), new Float32Array(1));
  await policy.dispose();
  await run.dispose();
  return { action: action!, metrics };
}

describe('CQL', () => {
  it('finds better actions than random ones', async () => {
    // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
    expect(await distanceToBest(cql, 500, SMALL)).toBeLessThan(0.02);
  });

  it('keeps to actions that the data know, where values alone would lead further', async () => {
    const actions = Float32Array.from({ length: 1000 }, (_, i) => -0.5 - i / 2000);
    // The better the further up, and nobody went beyond -0.5.
    const dataset = choices(
      actions,
      actions.map((action) => 4 * action),
    );
    const chosen = async (conservativeWeight: number) =>
      (await learn(dataset, 300, { conservativeWeight })).action;
    expect(await chosen(5)).toBeLessThan(-0.5);
    expect(await chosen(0)).toBeGreaterThan(0);
  });

  it('imitates the data in its first steps, whatever they were worth', async () => {
    const actions = Float32Array.from({ length: 1000 }, (_, i) => -0.5 + 0.1 * Math.sin(i));
    const dataset = choices(actions, actions);
    const { action } = await learn(dataset, 200, { conservativeWeight: 0, alphaMultiplier: 0, bcSteps: 200 });
    expect(action).toBeCloseTo(-0.5, 1);
    const { action: later } = await learn(dataset, 300, {
      conservativeWeight: 0,
      alphaMultiplier: 0,
      bcSteps: 100,
    });
    expect(later).toBeGreaterThan(0);
  });

  it('imitates for as many steps as it is told to, and not one more', async () => {
    const second = async (bcSteps: number) =>
      (await learn(lineDataset(), 2, { bcSteps })).metrics[1]!.actorLoss!;
    // The first step is the same; in the second one goes by values, and the other still imitates.
    expect(await second(1)).not.toBe(await second(2));
    expect(await second(3)).toBe(await second(2));
  });

  it('raises or lowers alpha prime until the gap is its target', async () => {
    const alphas = async (targetGap: number) =>
      (await learn(lineDataset(), 20, { targetGap })).metrics.map(({ alphaPrime }) => alphaPrime!);
    const rising = await alphas(-10);
    const falling = await alphas(10);
    expect(rising[0]).toBeCloseTo(Math.E, 6);
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
    expect(rising.at(-1)).toBeGreaterThan(rising[0]!);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(falling.at(-1)).toBeLessThan(falling[0]!);
  });

  it('leaves alpha where it is unless told to learn it', async () => {
    const alphas = async (tuneEntropy: boolean) => {
      const { metrics } = await learn(lineDataset(), 10, { tuneEntropy, alphaMultiplier: 0.25 });
      return new Set(metrics.map(({ alpha }) => alpha!));
    };
    expect(await alphas(false)).toEqual(new Set([0.25]));
    expect((await alphas(true)).size).toBe(10);
  });

  it('expects most of the future where each critic may choose the best action', async () => {
    const first = async (maxTargetBackup: string) =>
      (await learn(lineDataset(), 1, { maxTargetBackup })).metrics[0]!.nextValue!;
    const [none, afterMin, beforeMin] = await Promise.all(['none', 'after-min', 'before-min'].map(first));
    expect(afterMin).toBeGreaterThan(none!);
    expect(beforeMin).toBeGreaterThan(afterMin!);
  });

  it('gives the second critic three layers where CORL does', async () => {
    const depths = async (compat: string) => {
      const config = parseConfig(cql, { ...SMALL, criticLayers: 5, compat });
      const { critics } = (await cql.init(lineDataset(), config as never, Rng.fromSeed(1), {})) as {
        critics: CriticStacks<HostArray>;
      };
      return Object.values(critics).map((layers) => [
        layers['0']!.weight.shape[0],
        Object.keys(layers).length - 1,
      ]);
    };
    expect(await depths('none')).toEqual([[2, 5]]);
    const corl = await depths('corl');
    expect(corl).toEqual([
      [1, 5],
      [1, 3],
    ]);
    const { metrics } = await learn(lineDataset(), 2, {}, 'antmaze');
    expect(metrics[1]!.conservativeLoss).not.toBe(metrics[0]!.conservativeLoss);
  });
});
