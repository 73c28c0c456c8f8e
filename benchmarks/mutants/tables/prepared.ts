import { type Mutant, mutate } from '../mutant';

const TESTS = ['prepared/prepare-log.test', 'prepared/prepare-dataset.test'];

/** Faults in datasets that are prepared slice by slice. */
export const prepared: readonly Mutant[] = [
  ...mutate('packages/data/src/log/gather-slices.ts', TESTS, [
    [
      'a cut is made inside an episode',
      'if (gatherer.startsEpisode(row, oneStep || continuing)) {',
      'if (true) {',
    ],
    ['what was cut off is gathered again', '        gatherer.forget();\n', ''],
    ['a slice ends a row late', 'last = row.number;', 'last = row.number + 1;'],
    ['rules may look back across a cut', '  checkCuts(log);\n', ''],
  ]),
  ...mutate('packages/data/src/log/survey-log.ts', TESTS, [
    [
      'means are those of the last slice',
      'sumPart(numbers, width, part, this.#sums[part])',
      'sumPart(numbers, width, part)',
    ],
    [
      'categories are those of the last slice',
      'readonly #occurring = new Set<number>();',
      'get #occurring() { return new Set<number>(); }',
    ],
    [
      'a category that is filled in is not known',
      "if (typeof filledIn === 'string') categories.add(filledIn);",
      '',
    ],
    [
      'a category is filled in where nothing is missing',
      'this.#isMissing ? standInOf(this.#column, this.#rule)?.value : undefined',
      'standInOf(this.#column, this.#rule)?.value',
    ],
    ['episodes are dropped unseen', '    dropped += left;\n', ''],
  ]),
  ...mutate('packages/data/src/log/log-gatherer.ts', TESTS, [
    [
      'rows of one episode may be far apart',
      'if (episode !== undefined && episode.last < this.#closed) throw',
      'if (episode !== undefined && false) throw',
    ],
    ['flags do not end an episode', 'marks.some(({ last }) => last === 1)', 'false'],
  ]),
  ...mutate('packages/data/src/log/log-slices.ts', TESTS, [
    [
      'only the last slice says what was filled in',
      'column.filled + (earlier[i]?.filled ?? 0)',
      'column.filled',
    ],
    [
      'what was read is read again',
      'this.#progress = { survey, last, columns };',
      'this.#progress = { survey, last: after, columns };',
    ],
  ]),
  ...mutate('packages/data/src/prepared/prepared-writer.ts', TESTS, [
    ['slices lie over each other', 'let at = bytesOf(column, rows);', 'let at = 0;'],
    [
      'what a killed writer began stays at the end',
      'for (const column of layout.columns) truncateSync(',
      'for (const column of [] as typeof layout.columns) truncateSync(',
    ],
    ['what was lost is filled up with zeros', 'if (found === undefined || found < expected)', 'if (false)'],
    ['sums are those of the last piece', 'sum = crc32(bytes, sum);', 'sum = crc32(bytes);'],
  ]),
  ...mutate('packages/data/src/prepared/prepare-dataset.ts', TESTS, [
    ['another dataset is taken for the same', 'if (expected === received) return;', 'return;'],
    ['a folder with other files is written into', '  checkFree(folder);\n  checkWritable', '  checkWritable'],
    ['a dataset is written over itself', 'if (isSame(path, folder)) throw', 'if (false) throw'],
    [
      'what was prepared is removed before the next can be read',
      '    const dataset = await format.read(path, reading);\n    removePrepared(folder);',
      '    removePrepared(folder);\n    const dataset = await format.read(path, reading);',
    ],
    ['how it was read does not count', 'options: JSON.stringify(reading),', "options: '{}',"],
  ]),
  ...mutate('packages/data/src/prepared/read-prepared.ts', TESTS, [
    ['damage is not noticed', 'if (sum !== column.crc32) throw', 'if (false) throw'],
    ['damage of what is mapped is not noticed', 'if (hash !== sha256) throw', 'if (false) throw'],
    ['a shorter file is read', 'if (found !== bytes)', 'if (found === undefined)'],
  ]),
  ...mutate('packages/data/src/prepared/map-file.ts', TESTS, [
    ['what is written reaches the file', 'const PRIVATE = 2;', 'const PRIVATE = 1;'],
  ]),
];
