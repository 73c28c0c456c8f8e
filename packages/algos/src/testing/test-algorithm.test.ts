import { Rng } from '@lamo/core';
import { deterministicPolicy, type Mlp } from '@lamo/models';
import type { Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bc } from '../algorithms/bc';
import type { AnyAlgorithm } from '../engine/algorithm';
import { feedForwardPolicy } from '../ingredients/feed-forward-policy';
import type { PolicyParts, TrainedPolicy } from '../kinds/policy';
import type { Check } from './check';
import { classChecks } from './class-checks';
import { openSubject } from './subject';
import { type CheckName, checks } from './test-algorithm';

type AnyStep = ReturnType<AnyAlgorithm['cycle']>[number];

const sound = bc as AnyAlgorithm;
const [soundStep] = sound.cycle({}) as [AnyStep];
const config = { hiddenSize: 8, batchSize: 16, learningRate: 1e-3 };

/** BC whose only step is followed by a change of what it returns. */
function stepThen(change: (state: Tree<tf.Tensor>, loss: tf.Tensor) => object): AnyAlgorithm {
  const step: AnyStep = (context) => {
    const made = soundStep(context);
    return { ...made, ...change(made.state, made.metrics.actorLoss!) };
  };
  return { ...sound, cycle: () => [step] };
}

/** BC whose state has a number more, which each step replaces. */
function withNumber(next: (number: tf.Tensor) => tf.Tensor): AnyAlgorithm {
  const one = { shape: [], data: Float32Array.of(1) };
  const step: AnyStep = (context) => {
    const { number, ...state } = context.state;
    const made = soundStep({ ...context, state });
    return { ...made, state: { ...(made.state as object), number: next(number) } };
  };
  return {
    ...sound,
    init: (...given) => ({ ...(sound.init(...given) as object), number: one }),
    cycle: () => [step],
    parameters: ({ actor, number }) => ({ actor, number }),
  };
}

const withPolicy = (policy: Partial<AnyAlgorithm['result']>): AnyAlgorithm => {
  return { ...sound, result: { ...sound.result, ...policy } };
};

const withAct = (act: (actor: Mlp<tf.Tensor>, observations: tf.Tensor2D) => tf.Tensor): AnyAlgorithm => {
  const select = ({ actor }: { actor: Mlp<tf.Tensor> }) => actor;
  return { ...sound, result: feedForwardPolicy({ select: select as never, act: act as never }) };
};

/** A policy that adds what it saw in all episodes, earlier ones too. */
const remembers = withPolicy({
  create(...given) {
    const policy: TrainedPolicy = sound.result.create(...given);
    let seen = 0;
    return {
      ...policy,
      async act(observations: Float32Array, rewards: Float32Array) {
        seen += observations[0]!;
        return (await policy.act(observations, rewards)).map((action) => action + seen);
      },
    };
  },
});

/** What a policy is made of without what is known of its actions. */
function inUnits(parts: PolicyParts<unknown, unknown>): PolicyParts<unknown, unknown> {
  return { ...parts, spec: { ...parts.spec, actionBounds: null } };
}

let traces = 0;
/** A stream that all batches of all trainings are drawn from. */
const common = Rng.fromSeed(0);

/** For each check an algorithm with the fault that it is there to find, and what it says then. */
const faults: Readonly<Record<CheckName, readonly [AnyAlgorithm, RegExp]>> = {
  'says its name, title and paper': [{ ...sound, name: 'My BC' }, /kebab-case/],
  'gives every setting a default and a description': [
    { ...sound, config: bc.config.extend({ rate: z.number().default(1) }) },
    /'rate' is not described/,
  ],
  'reads back settings that were written as JSON': [
    { ...sound, config: bc.config.extend({ rate: z.number().default(Number.NaN).describe('Rate') }) },
    /'rate' must be /,
  ],
  'refuses an unknown setting and names the nearest': [
    { ...sound, config: z.object(bc.config.shape) },
    /make it a z\.strictObject/,
  ],
  'has presets that hold only what differs from the defaults': [
    { ...sound, presets: { wide: { batchSize: 512, hiddenSize: 256 } } },
    /'hiddenSize' of the preset 'wide' is the default/,
  ],
  'describes its metrics in words': [
    { ...sound, metrics: { actorLoss: '' } },
    /'actorLoss' is not described/,
  ],
  'trains, and every number stays finite': [
    withNumber((number) => tf.mul(number, 1e38)),
    /after step 15 the state has numbers that are not finite in 'number'/,
  ],
  'learns: its loss falls': [
    stepThen((_, loss) => ({ metrics: { actorLoss: tf.neg(loss) } })),
    /'actorLoss' does not fall; its means over 20 steps are -/,
  ],
  'repeats a training exactly for the same seed': [
    stepThen((_, loss) => ({ metrics: { actorLoss: tf.mul(loss, Math.random()) } })),
    /randomness may only come from `rng` and `noise`/,
  ],
  'trains differently for another seed': [
    {
      ...sound,
      batches: (dataset, settings, _, loaded) => sound.batches(dataset, settings, Rng.fromSeed(0), loaded),
      init: (dataset, settings, _, loaded) => sound.init(dataset, settings, Rng.fromSeed(0), loaded),
    },
    /Another seed gave the same training/,
  ],
  'gives the same result on one thread and on two': [
    stepThen((_, loss) => ({ metrics: { actorLoss: tf.mul(loss, Math.random()) } })),
    /Two threads gave another result than one/,
  ],
  'gives the same result step by step and in blocks, and reports means': [
    withNumber(() => tf.scalar(traces++)),
    /Blocks of steps gave another result than single steps \(element 0 of 'number' differs\)/,
  ],
  'continues from a saved checkpoint as if it had not stopped': [
    {
      ...sound,
      async batches(...given) {
        return { ...(await sound.batches(...given)), state: () => null, restore() {} };
      },
    },
    /all that steps change belongs to the state/,
  ],
  'measures what is held out, in the same words, and learns the same whether it does or not': [
    { ...sound, batches: (dataset, settings, _, loaded) => sound.batches(dataset, settings, common, loaded) },
    /Measuring what is held out changed the training/,
  ],
  'describes every metric that it reports, and reports all that it describes': [
    stepThen((_, loss) => ({ metrics: { actorLoss: loss, twice: tf.mul(loss, 2) } })),
    /Metrics reported, and those described/,
  ],
  'has parameters in every group but the frozen one': [
    { ...sound, parameters: ({ actor }) => ({ actor, critics: {} }) },
    /The group 'critics' is empty/,
  ],
  'trains every group of parameters but the frozen one': [
    withNumber((number) => number),
    /15 steps changed nothing in the group 'number'/,
  ],
  'leaves the dataset as it is': [
    {
      ...sound,
      batches(dataset, ...given) {
        dataset.rewards.fill(0);
        return sound.batches(dataset, ...given);
      },
    },
    /wrote into the dataset/,
  ],
  'acts the same after it was saved and loaded': [
    withAct((actor, observations) => tf.mul(deterministicPolicy(actor, observations), Math.random())),
    /The policy of a saved checkpoint acts otherwise/,
  ],
  'acts by the parameters that it loads': [
    withPolicy({
      create: (...given) => ({ ...(sound.result.create(...given) as TrainedPolicy), load: async () => {} }),
    }),
    /`load` of a later state does not give the later policy/,
  ],
  'forgets everything when it is reset': [remembers, /Earlier episodes change what a policy does/],
  'acts in several episodes at once as in each alone': [
    withAct((actor, observations) =>
      deterministicPolicy(actor, tf.add(observations, tf.mean(observations, 0))),
    ),
    /Episode 0 goes otherwise beside others than alone \(element 0 differs\)/,
  ],
  'acts the same from its ONNX file': [
    withPolicy({ save: withAct((actor, x) => deterministicPolicy(actor, x)).result.save }),
    /The ONNX file acts otherwise than the policy/,
  ],
  'says in its ONNX file what it is': [
    withPolicy({ save: (folder, parts) => sound.result.save(folder, { ...parts, algorithm: 'iql' }) }),
    /The file names another algorithm/,
  ],
  'trains the same in other units of actions, and acts in them': [
    withPolicy({ create: (device, parts) => sound.result.create(device, inUnits(parts)) }),
    /The policy does not act in the units of the data/,
  ],
  'keeps to the bounds of its actions, in its ONNX file too': [
    withPolicy({ save: (folder, parts) => sound.result.save(folder, inUnits(parts)) }),
    /The ONNX file acts otherwise than the policy/,
  ],
};

/** The same for the checks that only algorithms have that choose between classes. */
const classFaults: Readonly<
  Record<Exclude<keyof typeof classChecks, CheckName>, readonly [AnyAlgorithm, RegExp]>
> = {
  'describes every metric that it reports': [
    stepThen((_, loss) => ({ metrics: { actorLoss: loss, twice: tf.mul(loss, 2) } })),
    /'twice' is not described/,
  ],
  'returns classes, and not always the same one': [
    withAct((_, observations) => tf.tile([[1, 0, 0, 0]], [observations.shape[0], 1])),
    /chooses the same class everywhere/,
  ],
};

describe('the checks of testAlgorithm', () => {
  it.each(Object.entries(classFaults))(
    'fail where an algorithm does not do this: %s',
    async (name, fault) => {
      const [algorithm, message] = fault;
      const check: Check = classChecks[name as keyof typeof classFaults];
      await expect(async () => check(openSubject(algorithm, { config }, 'classes'))).rejects.toThrow(message);
      await check(openSubject(sound, { config }, 'classes'));
    },
  );

  it.each(Object.entries(faults))('fail where an algorithm does not do this: %s', async (name, fault) => {
    const [algorithm, message] = fault;
    const check: Check = checks[name as CheckName];
    await expect(async () => check(openSubject(algorithm, { config }))).rejects.toThrow(message);
    await check(openSubject(sound, { config }));
  });
});
