import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { bc } from '../algorithms/bc';
import { train } from '../engine/train';
import { trainingWarnings } from './training-warnings';

/** Temperatures near 20, and something near 0. */
const observations = Array.from({ length: 40 }, (_, i) => [18 + (i % 5), Math.sin(i)]);

const log = (actions: readonly (readonly number[])[], given = observations) =>
  createDataset({
    name: 'log',
    observations: given,
    actions,
    rewards: given.map(() => 0),
    terminated: given.map(() => false),
    truncated: given.map((_, i) => i === given.length - 1),
  });

const amounts = observations.map(([, x]) => [x! / 2]);
const codes = (dataset: ReturnType<typeof log>, config = {}) =>
  trainingWarnings(dataset, config).map(({ code }) => code);

describe('a training warns', () => {
  it('of observations far from 0 and 1 that are not standardised', async () => {
    const dataset = log(amounts);
    expect(codes(dataset, { normaliseObservations: true })).toEqual([]);
    const [warning] = trainingWarnings(dataset, { normaliseObservations: false });
    expect(warning?.message).toMatch(
      /column 0 \(mean 20\.0, standard deviation 1\.41\), and are not standardised/,
    );
    const run = await train(bc, dataset, { steps: 1, config: { normaliseObservations: false } });
    expect(run.warnings).toEqual([warning]);
    await run.dispose();
  });

  it.each([
    ['wide', (x: number) => 30 * x, ['unscaled-observations']],
    ['narrow', (x: number) => x / 1000, ['unscaled-observations']],
    ['as they should be', (x: number) => x, []],
    ['always the same, which is another matter', () => 1, []],
  ])('of columns that are %s', (_, change, expected) => {
    const given = observations.map(([, x]) => [change(x!)]);
    expect(codes(log(amounts, given), { normaliseObservations: false })).toEqual(expected);
  });

  it('of columns that vary so little that they stay small when they are standardised', () => {
    const given = observations.map(([x, y], i) => [x! * 1e-5, y!, i % 2 === 0 ? 5 : 5.01, 7]);
    const [warning, ...others] = trainingWarnings(log(amounts, given), { normaliseObservations: true });
    expect(others).toEqual([]);
    expect(warning?.code).toBe('tiny-observations');
    expect(warning?.message).toMatch(/hardly vary in column 0 \(standard deviation 0\.0000141\)\. Most/);
  });

  it('of whole numbers that may be classes, and not of a column for each class', () => {
    expect(codes(log(observations.map((_, i) => [i % 2])))).toEqual(['whole-number-actions']);
    expect(codes(log(observations.map((_, i) => [i % 2, 1 - (i % 2)])))).toEqual([]);
    expect(codes(log(amounts))).toEqual([]);
  });

  it('of whole numbers, unless whoever read the log has said it, with the name of the column', () => {
    const ids = {
      ...log(observations.map((_, i) => [i % 2])),
      actionSpace: { kind: 'box', names: ['offer'] },
    } as const;
    expect(trainingWarnings(ids, {})[0]?.message).toMatch(/--encode 'offer=category'/);
    const said = { ...ids, warnings: [{ code: 'whole-number-actions', message: 'said' }] };
    expect(trainingWarnings(said, {})).toEqual([]);
  });
});
