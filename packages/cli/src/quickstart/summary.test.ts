import { expect, it } from 'vitest';
import { formatTask } from './summary';

const policy = {
  title: 'LaMo',
  targetReturn: 4124.046,
  targetReturns: [4124.046],
  score: 33.5,
  evaluations: {
    last: { step: 10_000, value: 33.5 },
    meanOfLast: { value: 33.5, evaluations: 1, fromStep: 10_000 },
    best: { step: 10_000, value: 33.5, chosenFrom: 1 },
  },
  interval: { low: 33.1, high: 34.2 },
  interquartileMean: 33.5,
  interquartileMeanInterval: { low: 33.1, high: 34.2 },
  returns: [4000, 4100],
  steps: 10_000,
  trainingSeconds: 112,
  evaluationSeconds: 9,
  stepsPerSecond: 5,
};

it('is a table of 80 columns at most, without an interval where there is one episode', () => {
  const single = { ...policy, returns: [4000], interval: null };
  const lines = formatTask({ rows: 1, episodes: 2, algorithms: { several: policy, single } }).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.at(-2)).toContain('33.1 to 34.2');
  expect(lines.at(-1)).not.toContain(' to ');
  expect(lines.at(-1)).toContain('–');
});
