import { type Mutant, mutate } from '../mutant';

const LOGS = ['log/read-log.test', 'log/refused-logs.test', 'log/parquet-log.test', 'log/log-rules.test'];

/** Faults of reading logs of one's own and data sets of others, and of writing both. */
export const reading: readonly Mutant[] = [
  ...mutate('packages/data/src/log/arrange-episodes.ts', LOGS, [
    [
      'rows of an episode are sorted backwards',
      'numbers[a]! - numbers[b]! || a - b',
      'numbers[b]! - numbers[a]! || a - b',
    ],
    [
      'the last row of the log ends no episode',
      'if (i + 1 === rows || numbers',
      'if (i + 1 < rows && numbers',
    ],
    [
      'rows with the same time stay as they are',
      'if (j > 0 && numbers[row] === numbers[rows[j - 1]!])',
      'if (false)',
    ],
    ['an end inside an episode is accepted', 'mark === 1 && isLast[i] === 0', 'false'],
    ['flags are not brought into the order of rows', '(row) => flags[row]!)', '(_, row) => flags[row]!)'],
    [
      'what is cut has ended',
      "terminated !== undefined ? 'truncated'",
      "terminated !== undefined ? 'terminated'",
    ],
  ]),
  ...mutate('packages/data/src/log/fill-missing.ts', LOGS, [
    [
      'the value before is of the episode before',
      'isFirst = terminated[i] === 1 || truncated[i] === 1',
      'isFirst = false',
    ],
    ['the value before is of another column', 'numbers[at - width]!', 'numbers[at - 1]!'],
    ['a mean counts what is missing', 'count === 0 ? 0 : sum / count', 'sum / (count + 1)'],
  ]),
  ...mutate('packages/data/src/log/encode-column.ts', LOGS, [
    ['numbers of categories are sorted as texts', '(areNumbers ? Number(a) - Number(b) : 0)', '0'],
    ['what is elapsed is in milliseconds', "kind === 'time' ? 1000 : 1", '1'],
    ['what is elapsed goes on over episodes', 'i > 0 && (terminated', 'false && (terminated'],
    [
      'a category is one column beside its own',
      'categories.length + place] = 1',
      'categories.length + categories.length - 1 - place] = 1',
    ],
  ]),
  ...mutate('packages/data/src/log/side-by-side.ts', LOGS, [
    ['columns that stand side by side overlap', 'start += column.width;', 'start += 1;'],
  ]),
  ...mutate('packages/data/src/log/encode-log.ts', LOGS, [
    ['a probability may be above 1', 'isDiscrete && chance > 1', 'false'],
    ['probabilities are kept as they are', 'return data.map(Math.log)', 'return data'],
    [
      'what was observed next is paired as it stands',
      'paired.every((column) => column !== undefined)',
      'false',
    ],
  ]),
  ...mutate('packages/data/src/log/episode-rows.ts', LOGS, [
    ['what was observed next is what was observed', 'value[step + shift]', 'value[step]'],
    [
      'a flag of an episode is that of each step',
      'step < steps - 1 ? false : value',
      'step < 0 ? false : value',
    ],
  ]),
  ...mutate('packages/data/src/log/drop-incomplete.ts', LOGS, [
    [
      'half an episode is kept',
      'for (let row = start; row <= i; row++) kept.push(row);',
      'for (let row = start; row < i; row++) kept.push(row);',
    ],
    ['only the first number of a list is looked at', 'part < width; part++', 'part < 1; part++'],
  ]),
  ...mutate(
    'packages/data/src/log/parse-time.ts',
    [...LOGS, 'log/encode-observation.test'],
    [
      ['a zone is added', 'start + fraction - zone(', 'start + fraction + zone('],
      ['the 31st of February is a day', 'exists ? start', 'true ? start'],
    ],
  ),
  ...mutate('packages/data/src/log/column-rules.ts', LOGS, [
    [
      'a pattern counts more than the name',
      'Object.hasOwn(rules, column) ? rules[column] : patterns',
      'patterns',
    ],
  ]),
  ...mutate(
    'packages/data/src/formats/read-lerobot.ts',
    ['formats/read-lerobot.test'],
    [
      [
        'success ends an episode where it comes first',
        'flags[rows - 1] = success.read((numbers) => Number(numbers[rows - 1]))',
        'flags[rows - 1] = success.read((numbers) => Number(numbers[0]))',
      ],
      ['rows in another order are accepted', 'if (frame !== frames) throw', 'if (false) throw'],
      ['an episode that comes again is another one', 'if (done.has(number)) throw', 'if (false) throw'],
      ['the last episode is left out', '  finish();\n  return episodes', '  return episodes'],
    ],
  ),
  ...mutate(
    'packages/data/src/formats/join-episodes.ts',
    ['formats/minari', 'formats/read-lerobot.test', 'formats/npz'],
    [
      [
        'what was observed next is what was observed',
        'observations: read((episode) => episode.observations, 0)',
        'observations: read((episode) => episode.observations, rowsOf(seen) > first.rows ? 1 : 0)',
      ],
      ['parts have the columns of the one before', 'end += widthOf(source);', 'end += widthOf(source) - 1;'],
      [
        'an episode that stops is not cut',
        'terminated[last] === 0 && truncated[last] === 0) truncated[last] = 1',
        'false) truncated[last] = 1',
      ],
      ['classes keep the number of the first', 'isDiscrete ? firstClass : 0', '0'],
    ],
  ),
  ...mutate(
    'packages/data/src/formats/minari/table-episodes.ts',
    ['minari/table-episodes.test'],
    [
      ['episodes are sorted as texts', '.sort((a, b) => Number(a) - Number(b))', '.sort()'],
      [
        'padding is kept',
        'return source.read((numbers) => sourceOf(source.key, shape, numbers.subarray(0, rows * widthOf(source))));',
        'return source;',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/formats/minari/write-minari.ts',
    ['minari/write-minari.test'],
    [
      [
        'the observation after the last action is that before it',
        '(nextObservations ?? observations).subarray((end - 1)',
        'observations.subarray((end - 1)',
      ],
      [
        'a part has the columns of the whole',
        'seen.subarray(row * size + from, row * size + to)',
        'seen.subarray(row * size, row * size + to - from)',
      ],
      ['an episode that stops is not cut', 'terminated[end - 1] === 0', 'terminated[end - 1] === 2'],
      ['gaps are accepted', '  checkGaps(dataset);\n', ''],
    ],
  ),
  ...mutate(
    'packages/data/src/formats/numpy-array.ts',
    ['formats/npz', 'pickle/read-pickle.test'],
    [
      ['bytes in the other order are taken as they are', 'if (isSwapped && size > 1)', 'if (false)'],
      ['columns first are taken for rows', 'isFortran && shape.filter', 'false && shape.filter'],
      [
        'an array of another size is accepted',
        'length * type.Type.BYTES_PER_ELEMENT !== bytes.length',
        'false',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/formats/npz/parse-npy.ts',
    ['formats/npz'],
    [['later versions have a shorter header', 'isShort ? 10 : 12', '10']],
  ),
  ...mutate(
    'packages/data/src/formats/npz/ogbench.ts',
    ['formats/npz'],
    [
      [
        'a trajectory keeps the action that was not taken',
        'const steps = last - start;',
        'const steps = last - start + 1;',
      ],
      ['the trajectory at the end is left out', 'if (lasts.at(-1) !== rows - 1) lasts.push(rows - 1);', ''],
    ],
  ),
  ...mutate(
    'packages/data/src/sets/download-set.ts',
    ['sets/download-set.test'],
    [
      ['a set that is here is fetched again', 'if (isHere(set)) return', 'if (false) return'],
      ['the metadata of Minari come first', 'isLast(a) - isLast(b)', 'isLast(b) - isLast(a)'],
      ['a hash is not compared', "hash: set.sha256 ?? ''", "hash: ''"],
      [
        'a file of another length is verified',
        'statSync(path).size === size && (await fileHash(path, sha256)) === sha256',
        'statSync(path).size === size',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/sets/known-sets.ts',
    ['sets/download-set.test'],
    [['half a set of Minari is here', "join(path, 'data', 'metadata.json'))", 'path)']],
  ),
  ...mutate(
    'packages/data/src/hub/refuse-web-page.ts',
    ['sets/download-set.test'],
    [
      ['a page that says that it is one is a file', '/^text\\/html\\b/i.test(type) || ', ''],
      [
        'a page that does not say so is a file',
        " || PAGE.test(new TextDecoder('latin1').decode(bytes.subarray(0, 256)))",
        '',
      ],
    ],
  ),
  ...mutate(
    'packages/data/src/write-parquet.ts',
    ['write-parquet.test'],
    [
      ['steps count on over episodes', 'row - start];', 'row];'],
      ['an episode begins a row late', 'if (row === episodeEnds[at])', 'if (row === episodeEnds[at]! + 1)'],
      ['logarithms are written as probabilities', '(log) => Math.exp(log)', '(log) => log'],
      [
        'columns of actions are exchanged',
        'columnOf(actions, actionSize, column)',
        'columnOf(actions, actionSize, actionSize - 1 - column)',
      ],
      ['the category is the one after', 'categories[chosen]!', 'categories[chosen + 1] ?? categories[0]!'],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/doubly-robust.ts',
    ['estimators/estimate-from-log.test'],
    [
      [
        'DR leaves out what networks may still move by',
        'meanWeight: meanWeight(log, ratios),\n      slack: drift,',
        'meanWeight: meanWeight(log, ratios),\n      slack: 0,',
      ],
      [
        'weighted DR leaves out what networks may still move by',
        'courseWeights(log, ratios)),\n      slack: drift,',
        'courseWeights(log, ratios)),\n      slack: 0,',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/estimators/fitted-values.ts',
    ['estimators/estimate-from-log.test'],
    [
      ['FQE leaves out what networks may still move by', 'slack: drift,', 'slack: 0,'],
      ['critics are surprised once', 'Math.abs(surprise) * horizonOf(log)', 'Math.abs(surprise)'],
      [
        'a surprise makes an interval narrower',
        'Math.abs(surprise) * horizonOf(log)',
        'surprise * horizonOf(log)',
      ],
    ],
  ),
  ...mutate(
    'packages/algos/src/estimators/network-values.ts',
    ['estimators/corridor.test', 'estimators/network-values.test'],
    [
      ['drift is what has moved, whatever is left', 'Math.max(1, left / (1 - left))', '1'],
      ['drift has a direction', 'Math.abs(moved) * Math.max', 'moved * Math.max'],
      [
        'what is left does not depend on how often targets are replaced',
        'discount ** (steps / targetEvery)',
        'discount ** steps',
      ],
      [
        'what follows an end is as after a cut',
        'data.terminated[row] === 1 ? 0 :',
        'data.terminated[row] === 2 ? 0 :',
      ],
    ],
  ),
];
