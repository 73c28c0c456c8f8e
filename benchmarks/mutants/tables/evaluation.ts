import { mutate } from '../mutant';

/** Faults of optimisers, statistics and environments. */
export const evaluation = [
  ...mutate(
    'packages/runtime/src/optimizers/polyak-average.ts',
    ['polyak-average.test'],
    [
      [
        'targets and networks are swapped',
        'tf.mul(tf.sub(toVector(online), old), rate)',
        'tf.mul(tf.sub(toVector(online), old), 1 - rate)',
      ],
    ],
  ),
  ...mutate(
    'packages/runtime/src/optimizers/adam.ts',
    ['optimizers/adam.test'],
    [
      ['the first moment is not corrected', 'tf.div(root, firstWeight)', 'root'],
      ['the decay is not that of the rate', 'tf.mul(rate, weightDecay)', 'weightDecay'],
      ['β₁ is another', 'beta1 = 0.9', 'beta1 = 0.95'],
      [
        'epsilon is inside the root',
        'tf.add(tf.sqrt(second), tf.mul(root, epsilon))',
        'tf.sqrt(tf.add(second, epsilon))',
      ],
      [
        'steps are counted from 0',
        'const rate = schedule(count)',
        'const rate = schedule(state.count as tf.Scalar)',
      ],
    ],
  ),
  ...mutate(
    'packages/runtime/src/optimizers/schedules.ts',
    ['optimizers/adam.test', 'algorithms/iql.test', 'sequence/sequence-optimizer.test'],
    [
      ['the cosine begins a step late', 'tf.sub(step, 1), steps', 'step, steps'],
      [
        'the warm-up has no end',
        'tf.minimum(tf.div(step, Math.max(warmup, 1)), 1)',
        'tf.div(step, Math.max(warmup, 1))',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/statistics/statistics.ts',
    ['src/statistics/statistics.test'],
    [
      ['the deviation is that of a population', 'squares / (values.length - 1)', 'squares / values.length'],
      [
        'the interquartile mean cuts a third',
        'Math.floor(values.length / 4)',
        'Math.floor(values.length / 3)',
      ],
      [
        'the standard error is the deviation',
        'standardDeviation(values) / Math.sqrt(values.length)',
        'standardDeviation(values)',
      ],
      ['what is above the threshold makes up for what is below', 'Math.min(value, threshold)', 'value'],
    ],
  ),
  ...mutate(
    'packages/eval/src/statistics/bootstrap.ts',
    ['src/statistics/bootstrap.test'],
    [
      [
        'every stratum is resampled from the first',
        'values[rng.integer(values.length)]!',
        'strata[0]![rng.integer(strata[0]!.length)]!',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/statistics/performance-profile.ts',
    ['src/statistics/performance-profile.test'],
    [['a score at the threshold is above it', 'value > threshold', 'value >= threshold']],
  ),
  ...mutate(
    'packages/eval/src/statistics/probability-of-improvement.ts',
    ['src/statistics/probability-of-improvement.test'],
    [
      ['ties are lost', 'a === b ? 0.5 : 0', 'a === b ? 0 : 0'],
      ['pairs are divided by the runs of one', 'sum / (x.length * y.length)', 'sum / x.length'],
    ],
  ),
  ...mutate(
    'packages/eval/src/scores.ts',
    ['src/scores.test'],
    [
      ['scores are from 0 to 1', '(100 * (episodeReturn', '(1 * (episodeReturn'],
      ['random policies do not score 0', '(episodeReturn - random)', 'episodeReturn'],
    ],
  ),
  ...mutate(
    'packages/eval/src/robots/planar-robot.ts',
    ['environments/environments.test', 'environments/golden-rollouts', 'environments/recordings'],
    [
      ['the limit of robots is 999', 'MAX_EPISODE_STEPS = 1000', 'MAX_EPISODE_STEPS = 999'],
      [
        'velocities are not clipped',
        'robot.velocityLimit ?? Number.POSITIVE_INFINITY',
        'Number.POSITIVE_INFINITY',
      ],
      ['actions cost twice as much', 'Math.fround(weight) * sum', '2 * Math.fround(weight) * sum'],
      ['speed is per step', '/ secondsPerStep', '* secondsPerStep'],
      ['limbs of limbs are not counted', 'count + 1 + countLimbs(limb)', 'count + 1'],
    ],
  ),
  ...mutate(
    'packages/eval/src/define-environment.ts',
    ['src/define-environment.test'],
    [
      ['any option will do', 'checkOptions(spec.id, options, offered);', ''],
      ['an environment may say something else than its entry', 'checkSame(spec, environment.spec);', ''],
      ['a spec is not checked', 'checkSpec(spec);', ''],
    ],
  ),
  ...mutate(
    'packages/eval/src/check-definition.ts',
    ['src/define-environment.test'],
    [
      ['any name will do', 'checkName(definition);', ''],
      ['any reference returns will do', 'checkScore(id, definition);', ''],
      ['collectors may share a name', 'checkCollectors(id, definition);', ''],
    ],
  ),
  ...mutate(
    'packages/eval/src/environments/maze2d.ts',
    ['environments/environments.test', 'src/registry.test'],
    [
      ['the limit of a maze is another', "bothRewards('medium', 1, 600)", "bothRewards('medium', 1, 599)"],
      [
        'old versions are collected in',
        'isNewest ? [waypointCollector(task)] : []',
        '[waypointCollector(task)]',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/mazes/maze-environment.ts',
    ['environments/environments.test', 'environments/golden-rollouts', 'collect/collect-maze'],
    [['the goal is larger', 'GOAL_RADIUS = 0.5', 'GOAL_RADIUS = 0.6']],
  ),
  ...mutate(
    'packages/eval/src/mazes/ball-mjcf.ts',
    ['environments/environments.test', 'environments/golden-rollouts', 'collect/collect-maze'],
    [
      [
        'speed has no limit',
        'qvel[i] = Math.min(MAX_SPEED, Math.max(-MAX_SPEED, qvel[i]!))',
        'qvel[i] = qvel[i]!',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/mujoco/mujoco-environment.ts',
    ['environments/environments.test'],
    [
      ['the limit is a step late', 'steps >= spec.maxEpisodeSteps', 'steps > spec.maxEpisodeSteps'],
      ['ends are cut, too', '!result.terminated && steps >=', 'steps >='],
      ['actions are not clipped', 'Math.min(high[i]!, Math.max(low[i]!, component))', 'component'],
      ['actuators are not counted', 'checkActuators(simulation, task.spec);', ''],
    ],
  ),
  ...mutate(
    'packages/eval/src/environments/hopper.ts',
    ['environments/environments.test'],
    [
      ['it may fall lower', 'qpos[1]! > 0.7', 'qpos[1]! > 0.6'],
      ['the fatal step is always paid', 'version === 5 && terminated ? 0 : 1', '1'],
    ],
  ),
];
