import { mutate } from '../mutant';

const IN_SAMPLE = ['algorithms/iql.test', 'algorithms/xql.test'];

/** Faults of IQL and XQL, and of the losses that many share. */
export const inSample = [
  ...mutate('packages/algos/src/algorithms/iql.ts', IN_SAMPLE, [
    [
      'observations are not scaled',
      'scaleObservations(state.scaler, batch.observations)',
      'batch.observations',
    ],
    [
      'observations are scaled twice',
      'scaleObservations(state.scaler, batch.observations)',
      'scaleObservations(state.scaler, scaleObservations(state.scaler, batch.observations))',
    ],
    [
      'next observations are not scaled',
      'scaleObservations(state.scaler, batch.nextObservations)',
      'batch.nextObservations',
    ],
    [
      'next observations are scaled twice',
      'scaleObservations(state.scaler, batch.nextObservations)',
      'scaleObservations(state.scaler, scaleObservations(state.scaler, batch.nextObservations))',
    ],
    ['actions are not clipped', 'clipLogged(batch.actions, spec, config)', 'batch.actions'],
    [
      'V learns from the online critics',
      'lowestValues(state.targets, batch.observations',
      'lowestValues(state.critics, batch.observations',
    ],
    [
      'the advantage has the wrong sign',
      'tf.sub(values, stateValues(value, batch.observations))',
      'tf.sub(stateValues(value, batch.observations), values)',
    ],
    [
      'critics learn from this state’s V',
      'stateValues(state.value, batch.nextObservations)',
      'stateValues(state.value, batch.observations)',
    ],
    [
      'targets follow the critics from before their step',
      'polyakAverage(state.targets, step.parameters,',
      'polyakAverage(state.targets, state.critics,',
    ],
    ['targets jump', 'step.parameters, config.targetRate', 'step.parameters, 1'],
    ['policy and critics learn from V before its step', 'config.valueFirst ? updated : context', 'context'],
    [
      'policy and critics always learn from V after its step',
      'config.valueFirst ? updated : context',
      'updated',
    ],
    ['the learning rate does not fall', 'decaySteps === 0 ? learningRate', 'true ? learningRate'],
    ['the learning rate always falls', 'decaySteps === 0 ? learningRate', 'false ? learningRate'],
    ['the steps that it falls over are not heeded', 'decaySteps ?? steps', 'steps'],
    ['weights are not weights', 'tf.mean(tf.mul(weights, imitation))', 'tf.mean(imitation)'],
    [
      'the expectile is turned round',
      'expectileLoss(advantages, context.config.expectile)',
      'expectileLoss(advantages, 1 - context.config.expectile)',
    ],
    [
      'critics’ errors are always summed',
      "context.config.criticLoss === 'sum' ? criticsError : meanSquaredError",
      'criticsError',
    ],
    ['V’s optimiser forgets', 'valueOptimizer: step.optimizer', 'valueOptimizer: state.valueOptimizer'],
  ]),
  ...mutate(
    'packages/algos/src/algorithms/xql.ts',
    ['algorithms/xql.test'],
    [
      ['V is not normalised', "addLayerNorm(state.value, 'before')", 'state.value'],
      [
        'V is normalised after the activation',
        "addLayerNorm(state.value, 'before')",
        "addLayerNorm(state.value, 'after')",
      ],
      [
        'the temperatures are swapped',
        'gumbelLoss(advantages, valueTemperature,',
        'gumbelLoss(advantages, context.config.inverseTemperature,',
      ],
      ['exponents are not cut', 'valueTemperature, largestExponent)', 'valueTemperature, 1e9)'],
      [
        'errors are always squares',
        'criticsHuberError(values, targets, largestError)',
        'criticsHuberError(values, targets, 1e9)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/imitation-policy.ts',
    ['imitation-policy.test'],
    [
      ['the density has the wrong sign', 'tf.neg(gaussianLogDensity', 'tf.identity(gaussianLogDensity'],
      [
        'log σ has no lower bound',
        'policy.logStd, minLogStd, MAX_LOG_STD',
        'policy.logStd, -100, MAX_LOG_STD',
      ],
      ['log σ has another upper bound', 'const MAX_LOG_STD = 2', 'const MAX_LOG_STD = 20'],
      ['dropout is switched off', 'dropout === 0 ? undefined : drop', 'undefined'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/losses.ts',
    ['ingredients/losses.test', 'algorithms/td3-bc.test', 'algorithms/dt.test', 'algorithms/iql.test'],
    [
      ['nothing is discounted', 'tf.mul(tf.sub(1, terminated), discount)', 'tf.sub(1, terminated)'],
      [
        'terminated states have a future',
        'tf.mul(tf.sub(1, terminated), discount)',
        'tf.mul(tf.onesLike(terminated), discount)',
      ],
      ['only terminated states have a future', 'tf.sub(1, terminated)', 'terminated'],
      [
        'rewards are discounted, too',
        'tf.add(rewards, tf.mul(tf.mul(',
        'tf.add(tf.mul(rewards, discount), tf.mul(tf.mul(',
      ],
      [
        'errors of critics are averaged',
        'tf.mul(meanSquaredError(values, targets), values.shape[0])',
        'meanSquaredError(values, targets)',
      ],
      ['distances are means', 'tf.sum(tf.square(tf.sub(x, y)), -1)', 'tf.mean(tf.square(tf.sub(x, y)), -1)'],
      ['padding counts in the loss', 'tf.sum(tf.mul(errors, mask))', 'tf.sum(errors)'],
      ['padding counts in the mean', 'tf.mul(tf.sum(mask), size)', 'tf.mul(mask.size, size)'],
      ['the size of an action does not count', 'tf.mul(tf.sum(mask), size)', 'tf.sum(mask)'],
      ['the expectile is turned round', 'tf.step(tf.neg(excess))', 'tf.step(excess)'],
      [
        'the scale of the Gumbel loss is not a constant',
        'stopGradient(tf.exp(tf.neg(tf.maximum(tf.max(z), -1))))',
        'tf.exp(tf.neg(tf.maximum(tf.max(z), -1)))',
      ],
      ['the scale of the Gumbel loss has no limit', 'tf.maximum(tf.max(z), -1)', 'tf.max(z)'],
      ['the Gumbel loss lacks a term', 'tf.sub(tf.sub(tf.exp(z), z), 1)', 'tf.sub(tf.exp(z), z)'],
      ['weights have no limit', 'const MAX_WEIGHT = 100', 'const MAX_WEIGHT = 1e9'],
      [
        'advantages are divided',
        'tf.mul(advantages, inverseTemperature)',
        'tf.div(advantages, inverseTemperature)',
      ],
      [
        'the straight part of Huber’s error is too flat',
        'tf.mul(tf.sub(distances, near), delta)',
        'tf.sub(distances, near)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/target-smoothing.ts',
    ['algorithms/td3-bc.test'],
    [
      ['noise is not clipped', 'tf.clipByValue(drawn, -noiseClip, noiseClip)', 'drawn'],
      [
        'actions are not clipped',
        'tf.clipByValue(tf.add(actions, tf.clipByValue(drawn, -noiseClip, noiseClip)), -1, 1)',
        'tf.add(actions, tf.clipByValue(drawn, -noiseClip, noiseClip))',
      ],
      [
        'noise is clipped before it is scaled',
        'tf.mul(noise.normal(actions.shape), policyNoise)',
        'tf.mul(tf.clipByValue(noise.normal(actions.shape), -noiseClip, noiseClip), policyNoise)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/observation-scaler.ts',
    ['algos/test/observation-scaling'],
    [
      ['another epsilon', 'EPSILON = 1e-3', 'EPSILON = 1e-6'],
      [
        'the mean is left out',
        'hostArray([observationSize], mean)',
        'hostArray([observationSize], new Float32Array(observationSize))',
      ],
      ['observations are always standardised', 'if (!normaliseObservations) return', 'if (false) return'],
      ['observations are never standardised', 'if (!normaliseObservations) return', 'if (true) return'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/feed-forward-policy.ts',
    ['algos/test/observation-scaling'],
    [
      [
        'the policy sees observations as they are',
        'act(actor, scaleObservations(scaler, observations), spec)',
        'act(actor, observations, spec)',
      ],
      [
        'the policy sees observations scaled twice',
        'act(actor, scaleObservations(scaler, observations), spec)',
        'act(actor, scaleObservations(scaler, scaleObservations(scaler, observations)), spec)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/reward-config.ts',
    ['reward-config.test'],
    [
      ['rewards are scaled by the bias', 'rewardShift: rewardBias', 'rewardShift: rewardScale * rewardBias'],
      ['normalising is left out', 'normalise * rewardScale', 'rewardScale'],
    ],
  ),
  ...mutate(
    'packages/models/src/policies/observation-scaler.ts',
    ['algorithms/td3-bc.test'],
    [
      ['the mean is added', 'tf.sub(observations, scaler.mean)', 'tf.add(observations, scaler.mean)'],
      [
        'the deviation multiplies',
        'tf.div(tf.sub(observations, scaler.mean)',
        'tf.mul(tf.sub(observations, scaler.mean)',
      ],
    ],
  ),
  ...mutate(
    'packages/models/src/critics/critics.ts',
    ['algorithms/td3-bc.test'],
    [
      ['the most optimistic critic is believed', 'tf.min(qValues', 'tf.max(qValues'],
      ['the average critic is believed', 'tf.min(qValues', 'tf.mean(qValues'],
      [
        'actions come before observations',
        '[observations as tf.Tensor2D, actions as tf.Tensor2D]',
        '[actions as tf.Tensor2D, observations as tf.Tensor2D]',
      ],
    ],
  ),
  ...mutate(
    'packages/models/src/policies/gaussian-policy.ts',
    ['gaussian-policy.test'],
    [
      ['the constant is left out', 'Math.log(2 * Math.PI) / 2', '0'],
      ['the variance is taken for the deviation', 'tf.exp(tf.neg(logStd))', 'tf.exp(tf.mul(logStd, -0.5))'],
    ],
  ),
];
