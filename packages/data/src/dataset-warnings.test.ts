import { Rng } from '@lamo/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDataset, type DatasetInput } from './dataset';
import { datasetWarnings } from './dataset-warnings';

const ROWS = 60;
const rows = Array.from({ length: ROWS }, (_, row) => row);
const every = (period: number) => rows.map((row) => row % period === period - 1);

/** Six episodes of ten rows; the state walks, actions and rewards vary. */
function log(changes: Partial<DatasetInput> = {}) {
  return createDataset({
    name: 'log',
    observations: rows.map((row) => [Math.sin(row), row % 10]),
    actions: rows.map((row) => [Math.cos(row)]),
    rewards: rows.map((row) => Math.sin(2 * row)),
    terminated: every(10),
    ...changes,
  });
}

const codesOf = (changes: Partial<DatasetInput>) => datasetWarnings(log(changes)).map(({ code }) => code);

describe('datasetWarnings', () => {
  it('has nothing to say about data that look as data should', () => {
    expect(datasetWarnings(log())).toEqual([]);
    const stored = rows.map((row) => [Math.sin(row + 1), (row % 10) + 1]);
    expect(datasetWarnings(log({ nextObservations: stored }))).toEqual([]);
  });

  it('passes on what the reader noticed', () => {
    const noticed = { code: 'no-timeouts', message: 'The file has no time-outs.' };
    expect(datasetWarnings({ ...log(), warnings: [noticed] })).toEqual([noticed]);
  });

  it.each<[string, string, Partial<DatasetInput>]>([
    // A parser that leaves `\r` on the last field finds no row that is done.
    ['no row ends an episode', 'no-finished-episode', { terminated: rows.map(() => false) }],
    ['only the last row ends one', 'one-episode', { terminated: rows.map((row) => row === ROWS - 1) }],
    ['the flags are masks', 'most-rows-end', { terminated: every(10).map((end) => !end) }],
    ['all rewards are equal', 'constant-column', { rewards: rows.map(() => 0) }],
    ['an action never varies', 'constant-column', { actions: rows.map((row) => [Math.cos(row), 1]) }],
    [
      'two columns of observations are equal',
      'duplicate-column',
      { observations: rows.map((row) => [Math.sin(row), row % 10, Math.sin(row)]) },
    ],
    [
      'an action is observed before it is taken',
      'observed-outcome',
      { observations: rows.map((row) => [Math.sin(row), Math.cos(row)]) },
    ],
    [
      'a reward is observed before it is earned',
      'observed-outcome',
      { observations: rows.map((row) => [Math.sin(2 * row), row % 10]) },
    ],
    [
      'next observations lead elsewhere',
      'rows-out-of-order',
      { nextObservations: rows.map((row) => [Math.sin(row + 2), 0]) },
    ],
  ])('warns where %s', (_, code, changes) => {
    expect(codesOf(changes)).toEqual([code]);
  });

  it('does not doubt that each row is an episode where that was said', () => {
    const decisions = log({ terminated: rows.map(() => true) });
    expect(datasetWarnings(decisions).map(({ code }) => code)).toEqual(['every-row-ends']);
    expect(datasetWarnings(decisions, { oneStep: true })).toEqual([]);
  });

  it('names the columns that are copies, and what they are copies of', () => {
    const observations = rows.map((row) => [Math.cos(3 * row), row % 7, Math.cos(3 * row), row % 7, row % 7]);
    const [warning] = datasetWarnings(log({ observations }));
    expect(warning!.message).toContain('columns 2 to 4 always equal columns 0 to 1.');
    // One other number is enough to be another column; and so is another order.
    const almost = rows.map((row) => [row % 7, row === 40 ? 3.5 : row % 7, (row + 1) % 7]);
    expect(codesOf({ observations: almost })).toEqual([]);
  });

  it('names classes that were declared and never chosen', () => {
    const classes = (actions: number[], count: number) =>
      datasetWarnings(log({ actions, actionSpace: { kind: 'discrete', count } }));
    const actions = rows.map((row) => [0, 2][row % 2]!);
    expect(classes(actions, 6)).toMatchObject([
      {
        code: 'unseen-classes',
        message: expect.stringContaining('4 of the 6 classes of actions never occur in `log`: 1, 3 to 5.'),
      },
    ]);
    expect(
      classes(
        rows.map((row) => row % 3),
        3,
      ),
    ).toEqual([]);
  });

  it.each<[string, Partial<DatasetInput>, RegExp | undefined]>([
    [
      'a clock without what follows',
      {},
      /6 episodes .* were cut end, column 1 is 9, and from 0 to 8 wherever/,
    ],
    [
      'a clock that is named',
      {
        observationSpace: {
          kind: 'vector',
          parts: { angle: { start: 0, end: 1 }, hour: { start: 1, end: 2 } },
        },
      },
      /"hour" is 9/,
    ],
    [
      'a clock with what follows',
      { nextObservations: rows.map((row) => [Math.sin(row + 1), (row % 10) + 1]) },
      /column 1 is 10, and from 0 to 9 /,
    ],
    [
      'a clock that goes round',
      { nextObservations: rows.map((row) => [Math.sin(row + 1), (row + 1) % 10]) },
      undefined,
    ],
    [
      'cuts at different times',
      { truncated: rows.map((row) => [6, 19, 29, 34, 44, 59].includes(row)) },
      undefined,
    ],
    [
      'few cuts',
      {
        observations: rows.slice(0, 40).map((row) => [Math.sin(row), row % 10]),
        actions: rows.slice(0, 40).map((row) => [Math.cos(row)]),
        rewards: rows.slice(0, 40).map((row) => Math.sin(2 * row)),
        terminated: rows.slice(0, 40).map(() => false),
        truncated: every(10).slice(0, 40),
      },
      undefined,
    ],
  ])('says that nothing is known of what follows a cut: %s', (_, changes, warning) => {
    const cut = { terminated: rows.map(() => false), truncated: every(10), ...changes };
    const found = datasetWarnings(log(cut)).filter(({ code }) => code === 'unknown-after-cut');
    if (warning === undefined) expect(found).toEqual([]);
    else expect(found).toEqual([{ code: 'unknown-after-cut', message: expect.stringMatching(warning) }]);
  });

  it('counts rows and gaps', () => {
    const { message: none } = datasetWarnings(log({ terminated: rows.map(() => false) }))[0]!;
    expect(none).toContain('None of the 60 rows of `log` ends an episode');
    const nextObservations = rows.map((row) => [Math.sin(row + 1), row === 34 ? 9 : (row % 10) + 1]);
    expect(datasetWarnings(log({ nextObservations }))[0]!.message).toContain('1 of 54 rows');
  });

  it('names constant columns, and the value of a single one', () => {
    const observations = rows.map((row) => [7, row, 1, 1, 1]);
    expect(datasetWarnings(log({ observations }))[0]!.message).toMatch(
      /^`observations` of `log` never change in columns 0, 2 to 4\. Leave/,
    );
    expect(datasetWarnings(log({ observations: rows.map((row) => [7, row]) }))[0]!.message).toContain(
      'in column 0 (always 7)',
    );
  });

  it('warns of times in Unix milliseconds and seconds, which 32-bit floats blur', () => {
    const start = Date.UTC(2026, 0, 1);
    const milliseconds = rows.map((row) => [start + 600_000 * row, row]);
    const [warning, ...others] = datasetWarnings(log({ observations: milliseconds }));
    expect(others).toEqual([]);
    expect(warning!.code).toBe('coarse-column');
    expect(warning!.message).toContain('in column 0, where 32-bit floats lie 131072 apart');
    expect(codesOf({ observations: rows.map((row) => [start / 1000 + 600 * row, row]) })).toEqual([
      'coarse-column',
    ]);
    expect(codesOf({ observations: rows.map((row) => [600_000 * row, row]) })).toEqual([]);
  });

  it('leaves whole numbers alone that 32-bit floats hold exactly', () => {
    expect(codesOf({ observations: rows.map((row) => [10_000_000 + row, row]) })).toEqual([]);
    expect(codesOf({ observations: rows.map((row) => [20_000_000 + row, row]) })).toEqual(['coarse-column']);
  });

  it('never warns of coarse columns where values are drawn around zero, whatever their unit', () => {
    const unit = fc.integer({ min: -20, max: 20 }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(unit, fc.integer(), (scale, seed) => {
        const rng = Rng.fromSeed(seed);
        expect(codesOf({ observations: rows.map((row) => [scale * rng.normal(), row]) })).toEqual([]);
      }),
    );
  });
});
