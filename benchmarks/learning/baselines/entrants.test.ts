import { algorithmsOf, datasetKind } from '@lamo/algos';
import { expect, it } from 'vitest';
import { findEntrants } from './entrants';

it('compares every algorithm that learns from transitions, and no sequence model', () => {
  const names = findEntrants().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['bc', 'bc-10%', 'td3-bc', 'pytorch-td3-bc']));
  const sequenceModels = ['dt', 'lamo', 'wiki-rl'];
  const others = [...algorithmsOf(datasetKind, 'policy').keys()].filter(
    (name) => !sequenceModels.includes(name),
  );
  expect(names).toEqual(expect.arrayContaining(others));
  expect(names).not.toContain('dt');
});
