import type { PolicyDescription } from '@lamo/algos';
import { expect, it } from 'vitest';
import { wordPolicy } from './word-policy';

const port = { name: 'x', type: 'float32', shape: ['batch', 1], meaning: 'x' } as const;
const plain: PolicyDescription = {
  ...{ format: 1, lamo: '1.2.3', inputs: [port], outputs: [port] },
  observation: { size: 3 },
  action: { size: 2, bounds: { low: [-1, -1], high: [1, 1] } },
};

/** The lines of the table, each without what fills it up. */
const linesOf = (description: PolicyDescription) =>
  wordPolicy(description)
    .split('\n')
    .map((line) => line.replaceAll(/ {2,}/g, '|').replace(/\|$/, ''));

it('a policy that names nothing is told by its numbers', () => {
  expect(linesOf(plain)).toEqual([
    'A policy, written by lamo 1.2.3',
    'what|name|value|seen in training|if missing',
    expect.stringMatching(/^─/),
    'seen|–|3 numbers',
    'done|–|2 numbers, each −1 to 1',
  ]);
});

it('columns are told with how they are read, what was seen, and what stands in for a missing value', () => {
  const told = linesOf({
    ...plain,
    algorithm: 'iql',
    observation: {
      size: 8,
      scaling: { mean: Array(8).fill(0), standardDeviation: Array(8).fill(1) },
      range: { low: [-5, 0, 0, -1, -1, 2, 0, 0], high: [30, 1, 1, 1, 1, 4, 1, 9] },
      space: {
        kind: 'vector',
        parts: {
          room: { start: 0, end: 1, missing: { previous: true, value: [18.4] } },
          weather: { start: 1, end: 3, categories: ['rain', 'sun'], missing: { previous: true } },
          at: { start: 3, end: 5, encoding: 'time-of-day' },
          goal: { start: 4, end: 6 },
          member: { start: 6, end: 7, encoding: 'flag' },
        },
      },
    },
    action: { size: 1, space: { kind: 'box', names: ['heater'] }, bounds: { low: [0], high: [3] } },
  });
  expect(told.slice(0, 1)).toEqual(['A policy of iql, written by lamo 1.2.3']);
  expect(told.slice(3)).toEqual([
    'seen|room|number|−5 to 30|the one before, else 18.4',
    'seen|weather|one of rain, sun||the one before'.replace('||', '|'),
    'seen|at|a time, as time-of-day',
    'seen|goal|2 numbers',
    'seen|member|true or false',
    'seen|–|1 number|0 to 9',
    'done|heater|0 to 3',
    'Standardising observations is inside the model.',
  ]);
});

it('windows, classes and images are told', () => {
  const sequence = {
    contextLength: 20,
    maxTimesteps: 100,
    rewards: 'logged',
    targetReturns: [12],
    returnScale: 1,
  };
  const told = linesOf({
    ...plain,
    sequence: sequence as never,
    observation: { size: 32, space: { kind: 'image', shape: [4, 4, 2] } },
    action: { size: 1, space: { kind: 'discrete', count: 2, labels: ['no', 'yes'], names: ['send'] } },
  });
  expect(told.slice(3)).toEqual([
    'seen|–|images of 4 × 4 × 2',
    'done|send|one of 2 classes: no, yes',
    'It reads the last 20 steps, and asks for a return of 12, less what was earned since.',
  ]);
});
