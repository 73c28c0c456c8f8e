import { expect, it } from 'vitest';
import { toyDataset } from '../testing/toy-dataset';
import { checkCapabilities } from './check-capabilities';
import { algorithms } from './find-algorithm';
import { train } from './train';

const classes = toyDataset('classes');
const able = [...algorithms.values()].filter(({ capabilities }) => capabilities.includes('discrete-actions'));

const onDatasets = [...algorithms.values()].filter(({ data }) => data.name === 'dataset');

it.each(onDatasets)('$title learns classes, or says who does before it trains', async (algorithm) => {
  expect(() => checkCapabilities(algorithm, toyDataset())).not.toThrow();
  if (able.includes(algorithm)) return checkCapabilities(algorithm, classes);
  const names = able.map(({ name }) => name).join(', ');
  await expect(train(algorithm, classes, { steps: 1 })).rejects.toMatchObject({
    code: 'not-capable',
    problem: `${algorithm.title} cannot choose between classes, as these data ask for`,
    expected: `one of the algorithms that can: ${names}`,
  });
});
