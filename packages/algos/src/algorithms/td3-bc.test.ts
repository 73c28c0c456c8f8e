import { identityScaler, stackNetworks } from '@lamo/models';
import { initAdam } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/fixtures';
import { withXla } from '../../../../test/with-xla';
import { testDeterministicStep } from '../../test/deterministic-step';
import { readRecording } from '../../test/recording';
import { expectFollowed, expectTrained, replay, statesAfter } from '../../test/replay';
import { td3Bc } from './td3-bc';

const path = fixturePath('corl/td3_bc.safetensors')?.replace('.safetensors', '');

describe.skipIf(path === undefined)('TD3+BC against steps recorded from CORL', () => {
  it.each(withXla('cpu', 'tfjs-cpu'))('reproduces losses and final weights on %s', async (device) => {
    const recording = readRecording(path!);
    const networks = (when: 'init' | 'final', suffix = '') => ({
      actor: recording.network(when, `actor${suffix}`),
      critics: stackNetworks([
        recording.network(when, `critic_1${suffix}`),
        recording.network(when, `critic_2${suffix}`),
      ]),
    });
    const { actor, critics } = networks('init');
    const state = {
      actor,
      critics,
      targets: networks('init', '_target'),
      actorOptimizer: initAdam(actor),
      criticOptimizer: initAdam(critics),
      scaler: identityScaler(recording.shapes.observations![1]!),
    };
    const { lr, discount, tau, policy_noise, noise_clip, policy_freq, alpha } = recording.config;
    const given = {
      learningRate: lr,
      discount,
      targetRate: tau,
      policyNoise: policy_noise,
      noiseClip: noise_clip,
      policyDelay: policy_freq,
      alpha,
    };
    const replayed = await replay(td3Bc, recording, given, state, device);

    recording.metrics.forEach((expected, step) => {
      const received = replayed.metrics[step]!;
      expect(received.criticLoss! / expected.critic_loss!).toBeCloseTo(1, 5);
      if (expected.actor_loss === undefined) expect(received.actorLoss).toBeUndefined();
      else expect(received.actorLoss! / expected.actor_loss).toBeCloseTo(1, 5);
    });
    const expected = networks('final');
    const states = statesAfter(replayed);
    const byActor = { parts: ['actor'], optimizer: 'actorOptimizer', learningRate: lr!, states };
    const byCritics = { parts: ['critics'], optimizer: 'criticOptimizer', learningRate: lr!, states };
    expectTrained(byActor, expected);
    expectTrained(byCritics, expected);
    const targets = networks('final', '_target');
    const followed = { 'targets/actor': targets.actor, 'targets/critics': targets.critics };
    expectFollowed(byActor, tau!, { 'targets/actor': 'actor' }, followed);
    expectFollowed(byCritics, tau!, { 'targets/critics': 'critics' }, followed);
  });
});

testDeterministicStep(td3Bc, {
  settings: { learningRate: 0.01, alpha: 1.7 },
  learningRates: { actor: 0.01, critic: 0.01 },
  nextPenalty: 0,
  penalty: 1 / 2, // the mean over two actions
  valueWeight: 1.7,
  pick: (values) => values[0]!,
  follow: 'after',
  actorTurn: 1,
  metrics: (distance, value) => ({ imitationLoss: distance / 2, value }),
});

it('steps the actor of TD3+BC after every so many steps of the critics', () => {
  const [first, second, third] = td3Bc.cycle(td3Bc.config.parse({ policyDelay: 3 }));
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});
