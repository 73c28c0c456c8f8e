import { mutate } from '../mutant';

/** Faults of what judges a policy by logged data. */
export const judging = [
  ...mutate(
    'packages/algos/src/algorithms/fqe.ts',
    ['algorithms/fqe.test'],
    [
      [
        'observations are not scaled',
        'scaleObservations(state.scaler, batch.observations)',
        'batch.observations',
      ],
      [
        'next observations are not scaled',
        'scaleObservations(state.scaler, batch.nextObservations)',
        'batch.nextObservations',
      ],
      ['next values are the networks’ own', 'qValues(state.targets, next', 'qValues(state.critics, next'],
      [
        'what the data do next is valued',
        'nextObservations, batch[POLICY_ACTIONS]',
        'nextObservations, batch.actions',
      ],
      ['targets are replaced a step late', 'config.targetEvery), 0)', 'config.targetEvery), 1)'],
      ['estimates are in scaled rewards', 'tf.div(values, rewardScale)', 'values'],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/judging/judged-transitions.ts',
    ['algorithms/fqe.test', 'judging/judged-transitions.test'],
    [
      ['the policy acts before a row, not after it', 'view.nextRows[i]! * actionSize', 'row * actionSize'],
      ['every episode begins where the log does', 'episode === 0 ? 0 : episodeEnds[episode - 1]!', '0'],
    ],
  ),
  ...mutate(
    'packages/algos/src/engine/held-out.ts',
    ['engine/held-out.test', 'testing/test-algorithm.test'],
    [
      ['later measurements see other batches', 'source.restore(this.#start.batches);', ''],
      ['a later state is not measured', 'await this.#executable.writeState(state);', ''],
      ['batches are those of what is learned from', "rng.split('held-out')", "rng.split('batches')"],
      ['one batch is measured', 'const BATCHES = 8;', 'const BATCHES = 1;'],
    ],
  ),
  ...mutate(
    'packages/data/src/hold-out-episodes.ts',
    ['data/src/hold-out-episodes.test'],
    [
      [
        'the first episodes are held out',
        "Rng.fromSeed(0).split('held-out').shuffle(Uint32Array.from(episodeEnds.keys()))",
        'Uint32Array.from(episodeEnds.keys())',
      ],
      ['one episode is in both parts', 'drawn.subarray(count)', 'drawn.subarray(count - 1)'],
    ],
  ),
  ...mutate(
    'packages/algos/src/kinds/dataset.ts',
    ['engine/held-out.test'],
    [
      [
        'rewards are normalised by what is held out',
        'settingsForLaterRows(parts.training, config)',
        'config',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/ingredients/judging/draw-episodes.ts',
    ['judging/draw-episodes.test', 'estimators/corridor.test'],
    [
      ['every network learns from all episodes', 'counts[rng.integer(counts.length)]!', 'counts[i]!'],
      [
        'rows have the counts of the next network',
        '[row * counts.length + n]',
        '[row * counts.length + ((n + 1) % counts.length)]',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/estimators/behaviour.ts',
    ['estimators/behaviour.test'],
    [
      ['episodes are judged by a model that has seen them', 'part !== held', 'part === held'],
      ['densities are in raw units', 'density + shift', 'density'],
    ],
  ),
  ...mutate(
    'packages/algos/src/estimators/policy-densities.ts',
    ['estimators/policy-densities.test'],
    [
      ['kernels reach beyond the range of actions', 'Math.log(width * inside)', 'Math.log(width)'],
      ['widths are not in spreads of whoever acted', 'width * deviation', 'width'],
      ['classes that differ are as likely', 'taken[i] === 1 ? 0', 'taken[i] === 0 ? 0'],
    ],
  ),
  ...mutate(
    'packages/algos/src/estimators/network-values.ts',
    ['estimators/corridor.test'],
    [
      ['cuts are as worthless as ends', 'data.terminated[row] === 1 ? 0', 'data.terminated[row]! >= 0 ? 0'],
      [
        'the policy is taken to do what was logged',
        'ask(observations, await policy.act(observations))',
        'ask(observations, data.actions)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/estimators/critic-estimates.ts',
    ['estimators/critic-estimates.test'],
    [['critics are not surprised by what follows', 'discount * next -', '0 * next -']],
  ),
  ...mutate(
    'packages/eval/src/estimators/weights.ts',
    ['estimators/estimators.test', 'estimators/estimate-from-log.test'],
    [
      [
        'weights forget earlier rows',
        'sum += policy[row]! - behaviour[row]!',
        'sum = policy[row]! - behaviour[row]!',
      ],
      ['the effective size is that of squares', 'sum ** 2 / squares', 'sum / squares'],
      ['weights are not relative to the largest', 'Math.exp(logarithm - most)', 'Math.exp(logarithm)'],
      ['mean weights are not discounted', 'sum += share * Math.exp', 'sum += Math.exp'],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/importance-sampling.ts',
    ['estimators/estimators.test', 'estimators/estimate-from-log.test'],
    [
      ['returns of wis are not weighted', 'weights[episode]! * value', 'value'],
      ['pdis does not discount', 'share *= log.discount;', ''],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/step-weights.ts',
    ['estimators/estimators.test', 'estimators/estimate-from-log.test'],
    [
      [
        'episodes that are over lose their weight',
        't < steps; t++) below',
        't < lengths[episode]!; t++) below',
      ],
      ['steps are not discounted', 'share *= log.discount;', ''],
      ['how often an episode was drawn is left out', 'below[t]! += count * weights', 'below[t]! += weights'],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/doubly-robust.ts',
    ['estimators/estimators.test', 'estimators/estimate-from-log.test'],
    [
      ['networks judge episodes that they learned from', 'unseen.length > 0 ? unseen : all', 'all'],
      ['errors are without the future', 'log.discount * next - mean(logged, row)', '-mean(logged, row)'],
      ['the correction has no weight', 'Math.exp(ratios[row]!) * errors', 'errors'],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/draws.ts',
    ['estimators/estimate-from-log.test'],
    [
      ['every sample is the log itself', 'counts[episodes.integer(counts.length)]!', 'counts[e]!'],
      ['networks are moved as if there were many', '/ Math.sqrt(squares)', '/ Math.sqrt(moves.length)'],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/estimate-from-log.ts',
    ['estimators/estimate-from-log.test'],
    [
      ['few episodes are enough', 'export const LEAST_EPISODES = 10;', 'export const LEAST_EPISODES = 9;'],
      ['weights need not be whole', 'isSure && isWhole &&', 'isSure &&'],
      ['a policy is compared with nothing', 'draws[at]! - prepared.logged(draw)', 'draws[at]!'],
    ],
  ),
];
