import { expect, it } from 'vitest';
import { createDataset } from './dataset';
import { countRanges, summariseColumns } from './summarise-columns';

it('sums up numbers by name, and says how often they are at an edge', () => {
  const { observations, actions, classes, classEntropy } = summariseColumns(
    createDataset({
      observations: [
        [1, 0, 1],
        [3, 1, 0],
        [3, 0, 1],
        [2, 0, 1],
      ],
      observationSpace: {
        kind: 'vector',
        parts: { room: { start: 0, end: 1 }, sky: { start: 1, end: 3, categories: ['grey', 'blue'] } },
      },
      actions: [0.5, -1, 0, 0],
      rewards: [0, 0, 0, 0],
      terminated: [0, 0, 0, 1],
    }),
  );
  expect(observations.map(({ name }) => name)).toEqual(['room', 'sky grey', 'sky blue']);
  expect(observations[0]).toMatchObject({ min: 1, max: 3, mean: 2.25, atEdges: 0.75 });
  expect(observations[0]!.deviation).toBeCloseTo(Math.sqrt((1.25 ** 2 + 2 * 0.75 ** 2 + 0.25 ** 2) / 4), 12);
  expect(observations[0]!.counts.reduce((sum, count) => sum + count)).toBe(4);
  expect(observations[0]).toMatchObject({ counts: [1, 1, 2], rangeWidth: 1, isWhole: true });
  expect(actions[0]).toMatchObject({ rangeWidth: 1.5 / 20, isWhole: false });
  expect([0, 13, 19].map((range) => actions[0]!.counts[range])).toEqual([1, 2, 1]);
  expect(actions.map(({ name, min, max }) => [name, min, max])).toEqual([['action 0', -1, 0.5]]);
  expect([classes, classEntropy]).toEqual([[], null]);
});

it('counts classes, whose entropy is log2 of their number where all are as often', () => {
  const shares = (actions: number[]) =>
    summariseColumns(
      createDataset({
        observations: actions,
        actions,
        actionSpace: { kind: 'discrete', count: 4, labels: ['a', 'b', 'c', 'd'] },
        rewards: actions,
        terminated: actions.map(() => 1),
      }),
    );
  expect(shares([0, 1, 2, 3]).classEntropy).toBeCloseTo(2, 12);
  expect(shares([1, 1, 1, 1])).toMatchObject({
    classEntropy: 0,
    classes: [{ name: 'a', share: 0 }, { share: 1 }, {}, {}],
  });
});

it('counts as many whole numbers in each range, and the same number in one', () => {
  const hours = Array.from({ length: 240 }, (_, row) => row % 24);
  expect(countRanges(hours, { min: 0, max: 23 })).toEqual({
    counts: Array(12).fill(20),
    rangeWidth: 2,
    isWhole: true,
  });
  expect(countRanges([7, 7, 7], { min: 7, max: 7 }).counts).toEqual([3]);
  expect(countRanges([1, 0.5, 2, 0.5, 3, 0.5], { min: 0.5, max: 0.5, width: 2, column: 1 })).toEqual({
    ...{ counts: [3], rangeWidth: 0, isWhole: false },
  });
});
