import { type Mutant, mutate } from '../mutant';

const TESTS = ['prepared/prepare-log.test', 'prepared/prepare-dataset.test'];
const FOLDERS = [...TESTS, 'prepared/overwrite.test', 'prepared/source.test'];

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
  ...mutate('packages/data/src/log/describe-columns.ts', TESTS, [
    ['only the last slice says what was filled in', 'column.filled + earlier.filled', 'column.filled'],
  ]),
  ...mutate('packages/data/src/log/log-slices.ts', TESTS, [
    [
      'what was read is read again',
      'this.#progress = { survey, last, columns };',
      'this.#progress = { survey, last: after, columns };',
    ],
  ]),
  ...mutate('packages/data/src/prepared/prepared-writer.ts', FOLDERS, [
    [
      'slices lie over each other',
      'let [at, sum] = [bytesOf(column, rows), earlier];',
      'let [at, sum] = [0, earlier];',
    ],
    [
      'sums are those of the last slice',
      'let [at, sum] = [bytesOf(column, rows), earlier];',
      'let [at, sum] = [bytesOf(column, rows), 0];',
    ],
    [
      'what a killed writer began stays at the end',
      '      await writing(path, truncate(path, bytesOf(column, rows)));\n',
      '',
    ],
    ['numbers that changed are gone on with', 'if (sum !== expected) throw', 'if (false) throw'],
    [
      'sums are those of the last piece',
      'crc32(piece.subarray(0, read), sum)',
      'crc32(piece.subarray(0, read))',
    ],
    ['files of the earlier dataset are written over', 'taken.includes(file)', 'false'],
  ]),
  ...mutate('packages/data/src/prepared/prepare-dataset.ts', FOLDERS, [
    ['a folder with other files is written into', '  checkOwn(folder, there);\n', ''],
    ['a dataset is written over itself', '  checkApart(path, folder);\n', ''],
    ['what was replaced stays', '    settle(folder, manifest, saved);\n', ''],
    ['what is there is vouched for unseen', '  await readPrepared(folder);\n', ''],
    ['damage is passed on', '  await verifyDataset(dataset);\n', ''],
    [
      'numbers that changed are found at the very end',
      'if (progress.written !== undefined) await checkWritten(folder, progress.written);',
      '',
    ],
    [
      'what is to replace a dataset is removed with it',
      'if (filesOf(progress?.written?.layout)[0] === filesOf(manifest)[0])',
      'if (progress !== undefined)',
    ],
    ['what failed at once leaves a folder', 'if (isNew) rmdirSync(folder);', ''],
  ]),
  ...mutate('packages/data/src/prepared/prepared-folder.ts', FOLDERS, [
    [
      'the earlier dataset is removed with what was to replace it',
      'filesOfProgress(progress).filter((name) => !kept.includes(name))',
      'filesOfProgress(progress)',
    ],
  ]),
  ...mutate('packages/data/src/prepared/source.ts', FOLDERS, [
    ['another dataset is taken for the same', ' && one.state === other.state', ''],
    ['how it was read does not count', 'options: JSON.stringify(reading)', "options: '{}'"],
    ['a change in the middle is not noticed', 'if (now.state !== source.state) throw', 'if (false) throw'],
    ['only times that anybody can set count', '${mtimeMs} ${ctimeMs}', '${mtimeMs}'],
  ]),
  ...mutate(
    'packages/data/src/prepared/sealed-file.ts',
    ['prepared/sealed-file.test'],
    [
      ['edits are not noticed', 'if (found !== sum) throw', 'if (false) throw'],
      ['infinite numbers become none', '...record }, nameNumber)', '...record })'],
    ],
  ),
  ...mutate('packages/data/src/prepared/read-prepared.ts', TESTS, [
    ['damage is not noticed', 'if (sum !== column.crc32) throw', 'if (false) throw'],
    ['damage of what is mapped is not noticed', 'if (hash !== sha256) throw', 'if (false) throw'],
    ['a shorter file is read', 'if (found !== bytes)', 'if (found === undefined)'],
  ]),
  ...mutate('packages/data/src/prepared/map-file.ts', TESTS, [
    ['what is written reaches the file', 'const PRIVATE = 2;', 'const PRIVATE = 1;'],
  ]),
];
