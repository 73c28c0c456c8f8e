import { expect, it } from 'vitest';
import { bc } from '../src/algorithms/bc';
import { iql } from '../src/algorithms/iql';
import { choicesOf } from './choice-task';

const [LEFT, RIGHT] = [0, 1];
const everywhere = (action: number) => Array<number>(5).fill(action);

it('is imitated by BC, which goes where most went', async () => {
  expect(await choicesOf(bc, 400)).toEqual(everywhere(LEFT));
});

/** Quick targets, and nearly the best of what was seen: the logger seldom went right. */
const QUICK = { inverseTemperature: 10, targetRate: 0.02, expectile: 0.9 };

it('is solved by IQL, which goes where it pays', async () => {
  expect(await choicesOf(iql, 1000, QUICK)).toEqual(everywhere(RIGHT));
});

it('is not solved by IQL without advantages, which imitates', async () => {
  expect(await choicesOf(iql, 400, { inverseTemperature: 0 })).toEqual(everywhere(LEFT));
});
