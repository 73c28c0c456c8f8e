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
        "Rng.fromSeed(0).split('held-out').shuffle(Uint32Array.from(dataset.episodeEnds.keys()))",
        'Uint32Array.from(dataset.episodeEnds.keys())',
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
];
