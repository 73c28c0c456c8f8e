import { expect, it } from 'vitest';
import { bc } from '../src/algorithms/bc';
import { dt } from '../src/algorithms/dt';
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

it('is solved by DT, which asks for the best return and does what led to it', async () => {
  const config = { contextLength: 2, warmupSteps: 50, learningRate: 5e-3, dropout: 0, maxTimesteps: 60 };
  const chosen = await choicesOf(dt, 1500, config);
  // Beside the end, to go back once and forth again earns 2.8 instead of 3, which a short training hardly tells apart.
  expect(chosen.slice(0, 4)).toEqual(everywhere(RIGHT).slice(0, 4));
});
