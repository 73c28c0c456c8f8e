import { Rng } from '@lamo/core';
import { randomMazeWalk } from '@lamo/eval';
import { expect, it } from 'vitest';
import { bestReturn, learnTables, returnOfTables } from './text-maze/tabular';

it('tables that learn from 300 random walks by the losses of ILQL find the best way, where imitation stays where they are', async () => {
  const rng = Rng.fromSeed(7);
  const walks = Array.from({ length: 300 }, () => randomMazeWalk(rng));
  const tables = await learnTables(walks, { expectile: 0.7, discount: 0.99, steps: 3000 });
  expect(bestReturn()).toBeCloseTo(-6.84, 10);
  // The walks bring −83 on average; tables of which moves were made differ from these by chance.
  expect(returnOfTables(tables, 0)).toBeLessThan(-80);
  for (const advantageWeight of [4, 16]) {
    expect(returnOfTables(tables, advantageWeight) / bestReturn()).toBeLessThan(1.05);
  }
});
