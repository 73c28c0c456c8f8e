import { createDataset, type DatasetInput, summariseColumns } from '@lamo/data';
import { expect, it } from 'vitest';
import { coverageSection } from './coverage-section';

const log = (parts: Partial<DatasetInput>) =>
  createDataset({
    observations: [[0], [0], [1], [1], [1]],
    actions: [0, 1, 0, 0, 0],
    rewards: [0, 0, 0, 0, 0],
    terminated: [1, 1, 1, 1, 1],
    ...parts,
  });
const draw = (parts: Partial<DatasetInput>) => {
  const dataset = log(parts);
  return coverageSection(dataset, summariseColumns(dataset))?.markup ?? '';
};
const cells = (markup: string) => [...markup.matchAll(/<title>([^<]+)</g)].map(([, title]) => title);

it('counts what was done where, and leaves empty what never was', () => {
  const markup = draw({
    actionSpace: { kind: 'discrete', count: 2, labels: ['tea', 'ice'], names: ['offer'] },
    observationSpace: { kind: 'vector', parts: { sunny: { start: 0, end: 1 } } },
  });
  expect(cells(markup)).toEqual(['sunny 0, offer tea: 1', 'sunny 0, offer ice: 1', 'sunny 1, offer tea: 3']);
  expect(markup).toContain('75 % of the cells have rows');
});

it('counts each row in one cell, of amounts too', () => {
  const amounts = Array.from({ length: 100 }, (_, row) => Math.sin(row));
  const counted = cells(
    draw({
      observations: amounts.map((x) => [x, 7]),
      actions: amounts,
      rewards: amounts,
      terminated: amounts.map(() => 1),
    }),
  );
  // The column that is always 7 is not drawn.
  expect(counted.every((title) => title!.startsWith('observation 0 '))).toBe(true);
  expect(counted.reduce((sum, title) => sum + Number(/\d+$/.exec(title!)![0]), 0)).toBe(100);
  expect(counted.length).toBeLessThanOrEqual(2 * 20);
});

it('draws nothing where the action is always the same', () => {
  expect(draw({ actions: [0.5, 0.5, 0.5, 0.5, 0.5] })).toBe('');
});
