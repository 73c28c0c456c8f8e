import { identityScaler, initSquashedPolicy, stackNetworks } from '@lamo/models';
import { adam, type DeviceName, type HostArray, type NoiseSource, treeEntries } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { readRecording, type TransitionRecording } from '../../test/recording';
import { replay } from '../../test/replay';
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

  it.skipIf(path === undefined).each<DeviceName>(['cpu', 'tfjs-cpu'])(
    'reproduces losses and final weights on %s',
    async (device) => {
      const recording = readRecording(path!);
      const before = parameters(recording, 'init');
      const { actor, logAlpha, critics, logAlphaPrime } = before;
      const optimizer = adam({ learningRate: 0 });
      const state = {
        ...before,
        actorOptimizer: optimizer.init({ actor, logAlpha }),
        criticOptimizer: optimizer.init({ critics, logAlphaPrime }),
        scaler: identityScaler(recording.shapes.observations![1]!),
      };
      const given = settings(recording);
      const { metrics, final } = await replay(cql, withUnitUniforms(recording), given, state, device);

      for (const [step, theirs] of recording.metrics.entries()) {
        const received = metrics[step]!;
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
        // Values are means of numbers of both signs, near 0.
        expect(received.value! - both((i) => `average_qf${i}`) / 2).toBeCloseTo(0, 7);
        expect(received.alphaLoss! - theirs.alpha_loss!).toBeCloseTo(0, 7);
      }
      // 1e-5 relative; a weight near zero has only absolute precision. The penalty lowers some values and raises others by
      // as much: in a few of 130,000 weights of the critics the gradient is what rounding leaves of that, and Adam makes a
      // step of full size of it, of which 3e-6 is a hundredth.
      const closeness = (path: string) => ({
        relative: 1e-5,
        absolute: path.startsWith('critics') ? 3e-6 : 1e-7,
      });
      for (const [path, { data }] of treeEntries<HostArray>(parameters(recording, 'final'))) {
        expect(final.get(path)!.data, path).toBeAllClose(data, closeness(path));
      }
    },
  );
});
