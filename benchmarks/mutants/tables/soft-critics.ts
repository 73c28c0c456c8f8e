import { mutate } from '../mutant';

const algorithm = (name: string) => `packages/algos/src/algorithms/${name}.ts`;

/** Faults of algorithms with a squashed Gaussian actor and an entropy. */
export const softCritics = [
  ...mutate(
    algorithm('continuous-cql'),
    ['algorithms/cql.test'],
    [
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
      [
        'targets follow the critics from before their step',
        'judging.parameters.critics, config.targetRate',
        'critics, config.targetRate',
      ],
      ['targets jump', 'judging.parameters.critics, config.targetRate', 'judging.parameters.critics, 1'],
      [
        'next values are the online critics’',
        'stackedValues(state.targets, nextObservations',
        'stackedValues(state.critics, nextObservations',
      ],
      [
        'the actor goes by the largest critic',
        'tf.min(stackedValues(critics, observations, actions), 0)',
        'tf.max(stackedValues(critics, observations, actions), 0)',
      ],
      ['α is not a constant of the actor’s loss', 'tf.exp(stopGradient(logAlpha))', 'tf.exp(logAlpha)'],
      ['the entropy is not a constant of α’s loss', 'tf.add(stopGradient(entropy)', 'tf.add(entropy'],
      [
        'the target entropy has the wrong sign',
        'tf.add(stopGradient(entropy), batch',
        'tf.sub(stopGradient(entropy), batch',
      ],
      [
        'imitation lasts one step too long',
        'tf.less(state.actorOptimizer.count',
        'tf.lessEqual(state.actorOptimizer.count',
      ],
      [
        'each critic chooses before the minimum is not honoured',
        "config.maxTargetBackup === 'before-min' ?",
        'false ?',
      ],
      [
        'the entropy adds to the target',
        'tf.sub(best, tf.mul(alpha, chosenDensity()))',
        'tf.add(best, tf.mul(alpha, chosenDensity()))',
      ],
      ['random actions are from 0 to 1', 'tf.sub(tf.mul(draws.random, 2), 1)', 'draws.random'],
      ['random actions are as dense as in half the range', 'Math.log(0.5)', 'Math.log(1)'],
      [
        'samples of both policies are swapped',
        'sampleSquashed(next, draws.next)',
        'sampleSquashed(current, draws.next)',
      ],
      ['importance is not divided by', 'tf.sub(judged.values, part.logDensity)', 'judged.values'],
      ['the data’s action is left out of the sum', 'tf.concat([data, judged.values], 2)', 'judged.values'],
      [
        'the wrong values are penalised',
        'conservativeGaps(scores, values, config)',
        'conservativeGaps(scores, tf.neg(values), config)',
      ],
      [
        'α′ does not learn',
        'tf.addN([bellmanError, penalty, alphaPrimeLoss])',
        'tf.addN([bellmanError, penalty, tf.mul(alphaPrimeLoss, 0)])',
      ],
      [
        'values of samples are reported as the data’s',
        'value: tf.mean(values), sampled',
        'value: tf.mean(sampled), sampled',
      ],
      [
        'the actor has the critics’ rate',
        'learningRate: config.actorLearningRate',
        'learningRate: config.criticLearningRate',
      ],
      [
        'the actor’s optimiser forgets',
        'actorOptimizer: acting.state',
        'actorOptimizer: state.actorOptimizer',
      ],
      [
        'the second critic is as deep as set in CORL’s way',
        "config.compat === 'corl' ? 3 : criticLayers",
        'criticLayers',
      ],
    ],
  ),
  ...mutate(
    algorithm('continuous-cql'),
    ['algorithms/cal-ql.test'],
    [
      [
        'actions from everywhere are calibrated, too',
        'tf.concat([random, values], 2)',
        'calibrate(sampled, returnsToGo).values',
      ],
      ['nothing is calibrated', 'tf.concat([random, values], 2)', 'sampled'],
      [
        'calibration follows importance',
        'tf.sub(judged.values, part.logDensity)',
        'judgeSamples(tf.sub(sampled, part.logDensity), part.returnsToGo).values',
      ],
    ],
  ),
  ...mutate(
    algorithm('discrete-cql'),
    ['discrete-cql.test'],
    [
      [
        'observations are not scaled',
        'scaleObservations(state.scaler, batch.observations)',
        'batch.observations',
      ],
      ['next observations are not scaled', 'scaleObservations(scaler, nextObservations)', 'nextObservations'],
      [
        'the target chooses the next class',
        'tf.argMax(valuesOf(critic, next), 1)',
        'tf.argMax(valuesOf(targets, next), 1)',
      ],
      [
        'the critic judges the next class',
        'tf.gather(valuesOf(targets, next)',
        'tf.gather(valuesOf(critic, next)',
      ],
      [
        'the gap counts in no loss',
        'tf.addN([criticLoss, penalty, alphaPrimeLoss])',
        'tf.addN([criticLoss, tf.mul(penalty, 0), alphaPrimeLoss])',
      ],
      ['targets jump', 'step.parameters.critic, config.targetRate', 'step.parameters.critic, 1'],
      ['all classes are valued as chosen', 'tf.sum(tf.mul(values, chosen), 1)', 'tf.sum(values, 1)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/conservative-penalty.ts',
    ['conservative-penalty.test', 'algorithms/cql.test', 'algorithms/cal-ql.test'],
    [
      [
        'the temperature does not multiply',
        'tf.mul(logSumExp(tf.div(scores, temperature)), temperature)',
        'logSumExp(tf.div(scores, temperature))',
      ],
      [
        'gaps are summed over the batch',
        'clipMax ?? LARGEST) : gaps, 1)',
        'clipMax ?? LARGEST) : tf.mul(gaps, 2), 1)',
      ],
      ['α′ moves the critics’ gap', 'tf.mul(stopGradient(alphaPrime), excess)', 'tf.mul(alphaPrime, excess)'],
      ['α′ falls where gaps are large', 'stopGradient(excess)), -0.5)', 'stopGradient(excess)), 0.5)'],
      ['the target gap is always weighed', 'weighTargetGap ? conservativeWeight : 1', 'conservativeWeight'],
      [
        'calibrated values are those above the return',
        'tf.maximum(values, least)',
        'tf.minimum(values, least)',
      ],
      ['the share that is not calibrated is reported', 'tf.less(values, least)', 'tf.less(least, values)'],
      ['the sum of powers overflows', 'tf.exp(tf.sub(x as tf.Tensor, largest))', 'tf.exp(x as tf.Tensor)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/algorithms/gradients-in-parts.ts',
    ['gradients-in-parts.test'],
    [['parts count alike whatever their size', 'own / rows', '1 / count']],
  ),
  ...mutate(
    algorithm('sac-n'),
    ['algorithms/sac-n.test'],
    [
      [
        'observations are not scaled',
        'scaleObservations(state.scaler, batch.observations)',
        'batch.observations',
      ],
      [
        'next observations are not scaled',
        'scaleObservations(scaler, batch.nextObservations)',
        'batch.nextObservations',
      ],
      [
        'next observations are scaled twice',
        'scaleObservations(scaler, batch.nextObservations)',
        'scaleObservations(scaler, scaleObservations(scaler, batch.nextObservations))',
      ],
      ['the target entropy has the wrong sign', '-normal.shape[1]!', 'normal.shape[1]!'],
      ['the actor goes by the mean of the critics', '=> tf.min(values, 0),', '=> tf.mean(values, 0),'],
      ['log σ has another limit', 'low: -5, high: 2', 'low: -20, high: 2'],
      [
        'next values are the online critics’',
        'lowestValues(judges, nextObservations',
        'lowestValues(state.critics, nextObservations',
      ],
      [
        'the entropy adds to the target’s density',
        'tf.sub(smallest, tf.mul(tf.exp(logAlpha), next.logDensity))',
        'tf.add(smallest, tf.mul(tf.exp(logAlpha), next.logDensity))',
      ],
      ['the actor goes by α from before its step', '{ ...context, state: alpha.state }', 'context'],
      [
        'the critics go by the actor from before its step',
        '{ ...context, state: actor.state }',
        '{ ...context, state: { ...actor.state, actor: state.actor } }',
      ],
      [
        'targets follow the critics from before their step',
        'polyakAverage(targets, critics, config',
        'polyakAverage(targets, state.critics, config',
      ],
      [
        'α from before its step is reported',
        'alpha: tf.exp(logAlpha), entropy',
        'alpha: tf.exp(state.logAlpha), entropy',
      ],
      [
        'the variance is reported as spread',
        'tf.mean(tf.sqrt(tf.moments(values, 0).variance))',
        'tf.mean(tf.moments(values, 0).variance)',
      ],
      [
        'α has the actor’s rate',
        'learningRate: config.alphaLearningRate',
        'learningRate: config.actorLearningRate',
      ],
    ],
  ),
  ...mutate(
    algorithm('edac'),
    ['algorithms/edac.test'],
    [
      ['directions have their lengths', 'tf.mul(slopes, tf.rsqrt(', 'tf.mul(slopes, tf.onesLike('],
      ['critics are compared with themselves', 'tf.sub(together, tf.sum(tf.square(directions)))', 'together'],
      ['pairs are not divided by N − 1', '(count - 1) * batchSize', 'count * batchSize'],
      ['diversity counts for nothing', 'tf.mul(loss, context.config.diversity)', 'tf.mul(loss, 0)'],
    ],
  ),
  ...mutate(
    'packages/models/src/policies/action-gradients.ts',
    ['action-gradients.test', 'algorithms/edac.test'],
    [
      ['slopes are those of observations', '[0, observations.shape[1]!, 0]', '[0, 0, 0]'],
      ['gates are of the wrong layer', 'gates[i + 1]!', 'gates[i]!'],
    ],
  ),
  ...mutate(
    'packages/models/src/policies/squashed-gaussian.ts',
    ['squashed-gaussian.test'],
    [
      [
        'the density is not that after squashing',
        'tf.sub(logCosh(unsquashed), tf.add',
        'tf.sub(tf.zerosLike(unsquashed), tf.add',
      ],
      [
        'σ does not count',
        'tf.add(tf.mul(tf.square(normal), 0.5), logStd)',
        'tf.mul(tf.square(normal), 0.5)',
      ],
      [
        'the offset is left out',
        'raw : tf.mul(raw, multiplier), offset)',
        'raw : tf.mul(raw, multiplier), 0)',
      ],
    ],
  ),
];
