import { mutate } from '../mutant';

const algorithm = (name: string) => `packages/algos/src/algorithms/${name}.ts`;

const SCALED = 'scaleObservations(state.scaler, batch.observations)';
const SCALED_NEXT = 'scaleObservations(state.scaler, batch.nextObservations)';
const TWICE = `scaleObservations(state.scaler, ${SCALED})`;
const TWICE_NEXT = `scaleObservations(state.scaler, ${SCALED_NEXT})`;

/** Faults of algorithms with a deterministic actor, a Gaussian one, and none but an actor. */
export const actorCritics = [
  ...mutate(
    algorithm('td3-bc'),
    ['algorithms/td3-bc.test'],
    [
      ['the critics see observations as they are', SCALED, 'batch.observations', 1],
      ['the critics see observations scaled twice', SCALED, TWICE, 1],
      ['next observations are not scaled', SCALED_NEXT, 'batch.nextObservations'],
      ['next observations are scaled twice', SCALED_NEXT, TWICE_NEXT],
      ['the actor sees observations as they are', SCALED, 'batch.observations', 2],
      ['the actor sees observations scaled twice', SCALED, TWICE, 2],
      [
        'next actions are the online actor’s',
        'deterministicPolicy(actor, nextObservations)',
        'deterministicPolicy(state.actor, nextObservations)',
      ],
      [
        'next values are the online critics’',
        'lowestValues(critics, nextObservations',
        'lowestValues(state.critics, nextObservations',
      ],
      [
        'next actions are not smoothed',
        'smoothActions(deterministicPolicy(actor, nextObservations), noise, config)',
        '(noise.normal(batch.actions.shape), deterministicPolicy(actor, nextObservations))',
      ],
      ['the actor goes by the second critic', 'oneCritic(state.critics, 0)', 'oneCritic(state.critics, 1)'],
      ['λ is not a constant', 'stopGradient(tf.mean(tf.abs(values)))', 'tf.mean(tf.abs(values))'],
      ['λ takes the mean without the size', 'tf.mean(tf.abs(values))', 'tf.mean(values)'],
      [
        'the value counts against the actor',
        'tf.sub(imitationLoss, tf.mul(lambda',
        'tf.add(imitationLoss, tf.mul(lambda',
      ],
      [
        'imitation is left out',
        'tf.sub(imitationLoss, tf.mul(lambda, tf.mean(values)))',
        'tf.neg(tf.mul(lambda, tf.mean(values)))',
      ],
      [
        'targets follow the actor from before its step',
        '{ actor: step.parameters, critics }',
        '{ actor: state.actor, critics }',
      ],
      [
        'the actor’s target is frozen',
        '{ actor: step.parameters, critics }',
        '{ actor: state.targets.actor, critics }',
      ],
      [
        'the critics’ targets are frozen',
        '{ actor: step.parameters, critics }',
        '{ actor: step.parameters, critics: state.targets.critics }',
      ],
      ['targets jump', 'critics }, config.targetRate)', 'critics }, 1)'],
      [
        'the actor’s optimiser forgets',
        'actorOptimizer: step.optimizer',
        'actorOptimizer: state.actorOptimizer',
      ],
      ['the wrong value is reported', 'value: tf.mean(values) }', 'value: tf.neg(tf.mean(values)) }'],
      [
        'the actor steps first in a cycle',
        '...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),\n      inTurn(criticStep, actorStep),',
        'inTurn(criticStep, actorStep),\n      ...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),',
      ],
      ['the actor steps too seldom', 'policyDelay - 1', 'policyDelay'],
    ],
  ),
  ...mutate(
    algorithm('rebrac'),
    ['algorithms/rebrac.test'],
    [
      ['the critics see observations as they are', SCALED, 'batch.observations', 1],
      ['next observations are scaled twice', SCALED_NEXT, TWICE_NEXT],
      ['the actor sees observations as they are', SCALED, 'batch.observations', 2],
      [
        'the distance adds to the next value',
        'tf.sub(smallest, tf.mul(distances',
        'tf.add(smallest, tf.mul(distances',
      ],
      [
        'next distances are to this action',
        'squaredDistances(nextActions, batch.nextActions)',
        'squaredDistances(nextActions, batch.actions)',
      ],
      [
        'the penalties are swapped',
        'tf.mul(distances, config.criticPenalty)',
        'tf.mul(distances, config.actorPenalty)',
      ],
      [
        'the actor goes by the first critic',
        'lowestValues(critics, observations, actions)',
        'tf.squeeze(tf.slice(qValues(critics, observations, actions), 0, 1), [0])',
      ],
      [
        'λ is not a constant',
        'stopGradient(tf.reciprocal(tf.mean(tf.abs(values))))',
        'tf.reciprocal(tf.mean(tf.abs(values)))',
      ],
      [
        'targets follow the new actor',
        '{ actor, critics }, config.targetRate',
        '{ actor: step.parameters, critics }, config.targetRate',
      ],
      [
        'the actor has the critics’ rate',
        'adam({ learningRate: config.actorLearningRate })',
        'adam({ learningRate: config.criticLearningRate })',
      ],
      [
        'the actor steps last in a cycle',
        'inTurn(criticStep, actorStep),\n      ...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),',
        '...Array<typeof criticStep>(policyDelay - 1).fill(criticStep),\n      inTurn(criticStep, actorStep),',
      ],
    ],
  ),
  ...mutate(
    algorithm('avril'),
    ['algorithms/avril.test'],
    [
      [
        'observations are not scaled',
        'observations: scaled(batch.observations)',
        'observations: batch.observations',
      ],
      ['next observations are not scaled', 'scaled(batch.nextObservations)', 'batch.nextObservations'],
      ['what terminated goes on', 'tf.mul(tf.sub(1, terminated), discount)', 'discount'],
      [
        'the next value is that of the same action',
        'ofChosen(nextValues, nextActions)',
        'ofChosen(nextValues, actions)',
      ],
      ['the residual has no weight', 'tf.mul(residualLoss, residualWeight)', 'residualLoss'],
      [
        'rewards stay where the prior does not want them',
        'tf.add(tf.square(deviation), tf.square(mean))',
        'tf.square(deviation)',
      ],
      [
        'the deviation costs nothing',
        'tf.add(logDeviation, tf.div(tf.square(standardised), 2))',
        'tf.div(tf.square(standardised), 2)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/engine/check-capabilities.ts',
    ['engine/check-capabilities.test'],
    [['amounts are taken for classes', 'requires.find((need) => !needs.includes(need))', 'undefined']],
  ),
  ...mutate(
    algorithm('awac'),
    ['algorithms/awac.test'],
    [
      ['the critics see observations as they are', SCALED, 'batch.observations', 1],
      ['next observations are not scaled', SCALED_NEXT, 'batch.nextObservations'],
      ['next observations are scaled twice', SCALED_NEXT, TWICE_NEXT],
      ['the actor sees observations scaled twice', SCALED, TWICE, 2],
      [
        'next actions are not clipped',
        'tf.clipByValue(sampleGaussian(policy(state.actor, nextObservations), normal), -1, 1)',
        'sampleGaussian(policy(state.actor, nextObservations), normal)',
      ],
      [
        'next values are the online critics’',
        'lowestValues(state.targets, nextObservations',
        'lowestValues(state.critics, nextObservations',
      ],
      ['the advantage has the wrong sign', 'tf.sub(\n    lowestValues', 'tf.add(\n    lowestValues'],
      ['the temperature multiplies', '1 / config.temperature', 'config.temperature'],
      [
        'weights are not constants of the critics after their step',
        'inTurn(criticStep, actorStep)',
        'inTurn(actorStep, criticStep)',
      ],
      ['targets jump', 'context.config.targetRate)', '1)'],
      [
        'targets follow nothing',
        'polyakAverage(state.targets, state.critics,',
        'polyakAverage(state.targets, state.targets,',
      ],
      ['the wrong advantage is reported', 'advantage: tf.mean(advantages)', 'advantage: tf.mean(weights)'],
    ],
  ),
  ...mutate(
    algorithm('bc'),
    ['algorithms/bc.test'],
    [
      ['observations are not scaled', SCALED, 'batch.observations'],
      ['observations are scaled twice', SCALED, TWICE],
      [
        'the optimiser forgets',
        'actor: parameters, optimizer }',
        'actor: parameters, optimizer: state.optimizer }',
      ],
      ['all data are imitated whatever the fraction', 'fraction === 1 ?', 'fraction >= 0 ?'],
      [
        'the scaler is of all data',
        'fitObservationScaler(imitated(dataset, config), config)',
        'fitObservationScaler(dataset, config)',
      ],
      [
        'the first layer does not move',
        'state: { ...state, actor: parameters, optimizer }',
        'state: { ...state, actor: { ...parameters, 0: state.actor[0]! }, optimizer }',
      ],
    ],
  ),
];
