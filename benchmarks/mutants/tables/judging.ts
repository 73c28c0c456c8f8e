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
];
