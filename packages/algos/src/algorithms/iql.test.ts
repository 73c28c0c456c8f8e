import { identityScaler, stackNetworks } from '@lamo/models';
import { type HostArray, initAdam, type Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { testInSampleStep } from '../../test/in-sample-step';
import { distanceToBest, lineDataset } from '../../test/line-task';
import { mean } from '../../test/plain';
import { readRecording, type TransitionRecording } from '../../test/recording';
import { expectFollowed, expectTrained, replay, statesAfter } from '../../test/replay';
import { type TrainOptions, train } from '../engine/train';
import { iql } from './iql';

type When = 'init' | 'final';

/** The networks of a recording as they are here. */
function networksOf(recording: TransitionRecording, policy: 'gaussian' | 'deterministic', when: When) {
  const critics = (module: string) =>
    stackNetworks(['q1', 'q2'].map((critic) => recording.network(when, `${module}.${critic}`)));
  const mean = recording.network(when, 'actor');
  return {
    actor: policy === 'gaussian' ? { mean, logStd: recording.tensor(when, 'actor.log_std') } : { mean },
    value: recording.network(when, 'vf.v'),
    critics: critics('qf'),
    targets: critics('q_target'),
  };
}

describe.each(['gaussian', 'deterministic'] as const)(
  'IQL with a %s policy against steps recorded from CORL',
  (policy) => {
    const path = fixturePath(`corl/iql_${policy}.safetensors`)?.replace('.safetensors', '');

    it.skipIf(path === undefined).each(withXla('cpu', 'tfjs-cpu'))(
      'reproduces losses and final weights on %s',
      async (device) => {
        const recording = readRecording(path!);
        const networks = networksOf(recording, policy, 'init');
        const state = {
          ...networks,
          actorOptimizer: initAdam(networks.actor),
          valueOptimizer: initAdam(networks.value),
          criticOptimizer: initAdam(networks.critics),
          scaler: identityScaler(recording.shapes.observations![1]!),
        };
        const { lr, iql_tau, beta, max_steps, discount, tau } = recording.config;
        const given = {
          ...iql.presets.corl,
          policy,
          learningRate: lr,
          decaySteps: max_steps,
          expectile: iql_tau,
          inverseTemperature: beta,
          discount,
          targetRate: tau,
        };
        const replayed = await replay(iql, recording, given, state as never, device);

        recording.metrics.forEach((expected, step) => {
          const received = replayed.metrics[step]!;
          expect(received.valueLoss! / expected.value_loss!).toBeCloseTo(1, 5);
          expect(received.criticLoss! / expected.q_loss!).toBeCloseTo(1, 5);
          expect(received.actorLoss! / expected.actor_loss!).toBeCloseTo(1, 5);
        });
        const expected = networksOf(recording, policy, 'final');
        const states = statesAfter(replayed);
        const trained = (name: string) => ({
          parts: [name],
          optimizer: `${name.replace(/s$/, '')}Optimizer`,
          learningRate: lr!,
          states,
        });
        for (const name of ['actor', 'value', 'critics']) expectTrained(trained(name), expected);
        expectFollowed(trained('critics'), tau!, { targets: 'critics' }, expected);
      },
    );
  },
);

testInSampleStep(
  iql,
  {
    value: (advantages) => mean(advantages.map((a) => (a < 0 ? 0.2 : 0.8) * a ** 2)),
    critic: (distance) => distance ** 2,
  },
  { expectile: 0.8 },
);

describe('the learning rate of IQL’s policy', () => {
  const config = { hiddenSize: 8, batchSize: 4 };

  /** The policy after `stop` of the planned steps. */
  async function policyAfter(stop: number, options: TrainOptions) {
    const run = await train(iql, lineDataset(100), { seed: 1, ...options });
    for await (const { step } of run) if (step === stop) break;
    const checkpoint = await run.checkpoint();
    await run.dispose();
    return { checkpoint, policy: (checkpoint.state as { actor: Tree<HostArray> }).actor };
  }

  it('falls over all planned steps, or over as many as it is told', async () => {
    const { policy } = await policyAfter(20, { steps: 20, config });
    const told = await policyAfter(20, { steps: 20, config: { ...config, decaySteps: 20 } });
    const kept = await policyAfter(20, { steps: 20, config: { ...config, decaySteps: 0 } });
    expect(told.policy).toEqual(policy);
    expect(kept.policy).not.toEqual(policy);
  });

  it('is 0 after the steps that it was told to fall over', async () => {
    const options = { steps: 20, config: { ...config, decaySteps: 10 } };
    const { policy } = await policyAfter(10, options);
    expect((await policyAfter(20, options)).policy).toEqual(policy);
    expect((await policyAfter(9, options)).policy).not.toEqual(policy);
  });

  it('continues to fall in a training that was stopped, as if it had not been', async () => {
    const { checkpoint } = await policyAfter(9, { steps: 20, config });
    const { policy } = await policyAfter(20, { steps: 20, resume: checkpoint });
    expect(policy).toEqual((await policyAfter(20, { steps: 20, config })).policy);
  });
});

describe('IQL on random choices', () => {
  const config = { inverseTemperature: 10 };

  it.each(['gaussian', 'deterministic'])(
    'finds better actions than the data with a %s policy',
    async (policy) => {
      // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
      expect(await distanceToBest(iql, 500, { ...config, policy })).toBeLessThan(0.02);
    },
  );

  it('does not where advantages do not count', async () => {
    expect(await distanceToBest(iql, 500, { inverseTemperature: 0 })).toBeGreaterThan(0.05);
  });
});
