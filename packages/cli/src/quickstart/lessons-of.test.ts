import { expect, it } from 'vitest';
import { lessonsOf } from './lessons-of';
import { recipe } from './recipe';

it('says what there is to see in results of the recipe’s size, and nothing of others', () => {
  expect([...lessonsOf(recipe).keys()]).toEqual(recipe.tasks.map(({ environment }) => environment));
  for (const other of [{ rows: 1000 }, { steps: 40 }])
    expect(lessonsOf({ ...recipe, ...other }).size).toBe(0);
});
