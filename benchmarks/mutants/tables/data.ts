import { mutate } from '../mutant';

/** Faults of samplers, scalers, returns, and of what is said of data. */
export const data = [
  ...mutate(
    'packages/data/src/cut-warnings.ts',
    ['src/dataset-warnings.test'],
    [
      [
        'what is observed next counts for nothing',
        'dataset.nextObservations ?? observations',
        'observations',
      ],
      ['a number at one edge of the others is unknown', 'first <= high', 'first < high - 2'],
      ['few cuts are warned of', 'cuts.length < LEAST_CUTS', 'cuts.length < 1'],
      [
        'episodes that end by themselves count as cut',
        '=> terminated[row] === 0',
        '=> terminated[row] !== 2',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/summarise-columns.ts',
    ['src/summarise-columns.test'],
    [
      [
        'ranges of whole numbers hold two and one in turn',
        'isWhole && max > min ? Math.ceil',
        'false ? Math.ceil',
      ],
      [
        'all columns are counted together',
        'for (let i = column; i < values.length; i += width) {\n    const range',
        'for (let i = 0; i < values.length; i += 1) {\n    const range',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/transition-sampler.ts',
    ['src/transition-sampler.test'],
    [
      [
        'time-outs are terminal',
        '(row) => terminated[row]!)',
        '(row) => terminated[row]! | dataset.truncated[row]!)',
      ],
      ['nothing is terminal', '(row) => terminated[row]!)', '() => 0)'],
      [
        'rewards are shifted before they are scaled',
        '* rewardScale + rewardShift',
        '* rewardScale + rewardShift * rewardScale',
      ],
      [
        'next observations are this row’s',
        "gathered(nextObservations, seen, lists, 'nextRows')",
        "gathered(nextObservations, seen, lists, 'rows')",
      ],
      [
        'next actions are this row’s',
        "[actionSize], lists, 'nextActionRows')",
        "[actionSize], lists, 'rows')",
      ],
      ['a list that counts from 1 is not looked up', '(row, i) => row === i', '(row, i) => row <= i + 1'],
      ['the last transition is never drawn', 'rng.integer(rows.length)', 'rng.integer(rows.length - 1)'],
    ],
  ),
  ...mutate(
    'packages/data/src/transitions.ts',
    ['src/transitions.test'],
    [
      ['time-outs are kept', 'dataset.truncated[row] === 0)', 'dataset.truncated[row] === 0 || true)'],
      ['terminated rows lead to the next episode', 'row + 1 - isLast[row]!', 'row + 1'],
      [
        'terminated rows are dropped',
        'dataset.terminated[row] === 1 || (isLast[row] === 0 && followsOn(row))',
        'isLast[row] === 0 && followsOn(row)',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/sequence-sampler.ts',
    ['src/sequence-sampler.test'],
    [
      [
        'windows run into the next episode',
        'Math.min(contextLength, episodeEnds[episode]! - row)',
        'Math.min(contextLength, dataset.size - row)',
      ],
      [
        'padding is on the other side',
        "padding === 'left' ? contextLength - length : 0",
        "padding === 'right' ? contextLength - length : 0",
      ],
      ['time counts from the first row of the window', 'read(time + step)', 'read(step)'],
      ['time has no limit', 'Math.min(step, maxTimesteps - 1)', 'step'],
      ['returns are not scaled', 'value / returnScale', 'value'],
      [
        'the own reward is always counted',
        "returnsFrom === 'current' ? returnsToGo : returnsAfter",
        'returnsToGo',
      ],
      [
        'the unfinished episode is always there',
        "unfinished === 'keep' || dataset.lastEpisodeFinished",
        'true',
      ],
      [
        'padded actions are 0',
        'copied(actions, [actionSize], actionPadding)',
        'copied(actions, [actionSize])',
      ],
      ['padding is not masked', 'padding: 0,', 'padding: 1,'],
    ],
  ),
  ...mutate(
    'packages/data/src/scalers.ts',
    ['src/scalers.test'],
    [
      ['another epsilon', 'epsilon = 1e-3', 'epsilon = 1e-6'],
      ['the epsilon is left out', 'Math.sqrt(square / rows) + epsilon', 'Math.sqrt(square / rows)'],
      ['the deviation is that of a sample', 'Math.sqrt(square / rows)', 'Math.sqrt(square / (rows - 1))'],
      [
        'next observations are not scaled',
        'nextObservations: applyScaler(scaler, nextObservations)',
        'nextObservations',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/returns.ts',
    ['src/returns.test'],
    [
      [
        'returns run over the end of episodes',
        'start = end;\n  }\n  return returns;\n}\n\n/**\n * Sums the rewards that',
        '}\n  return returns;\n}\n\n/**\n * Sums the rewards that',
      ],
      [
        'nothing is discounted',
        'sum = rewards[row]! + discount * sum;\n      returns',
        'sum = rewards[row]! + sum;\n      returns',
      ],
      ['the last return is not 0', 'returns[end - 1] = 0', 'returns[end - 1] = 1'],
    ],
  ),
  ...mutate(
    'packages/data/src/return-range.ts',
    ['src/return-range.test'],
    [
      ['the scale is 1 over the range', '1000 / (max - min)', '1 / (max - min)'],
      ['the range is from 0', '1000 / (max - min)', '1000 / max'],
      ['trajectories run on where observations jump', '|| isJump(transitions, i)', ''],
    ],
  ),
  ...mutate(
    'packages/data/src/top-episodes.ts',
    ['src/top-episodes.test'],
    [
      ['the worst are kept', 'returns[b]! - returns[a]!', 'returns[a]! - returns[b]!'],
      ['none may be kept', 'Math.max(1, count)', 'count'],
    ],
  ),
];
