import { expect, it } from 'vitest';
import { evaluationRecord } from '../../test/run-record';
import { describeEvaluations } from './describe-evaluations';

const record = (targetReturn: number | null, returns: number[]) =>
  evaluationRecord(returns, { step: 2000, seed: 7, targetReturn });

it('gives a policy without a target one line of numbers', () => {
  expect(describeEvaluations('BC', [record(null, [4, 4])]).split('\n')).toEqual([
    'BC after 2,000 steps, 2 episodes in my-environment-v0 from seed 7',
    '  return 4.0, 95 % interval over its episodes 4.0 to 4.0, interquartile mean 4.0 (4.0 to 4.0)',
  ]);
});

it('gives a single episode no interval', () => {
  expect(describeEvaluations('BC', [record(null, [4])]).split('\n')).toEqual([
    'BC after 2,000 steps, 1 episode in my-environment-v0 from seed 7',
    '  return 4.0, interquartile mean 4.0',
  ]);
});

it('gives each target a line, and says which is best and what that choice is worth', () => {
  expect(describeEvaluations('DT', [record(3600, [4, 4]), record(4.5, [6, 6])]).split('\n')).toEqual([
    'DT after 2,000 steps, 2 episodes of each target return in my-environment-v0 from seed 7',
    '  target 3,600: return 4.0, 95 % interval over its episodes 4.0 to 4.0, interquartile mean 4.0 (4.0 to 4.0)',
    '  target 4.5: return 6.0, 95 % interval over its episodes 6.0 to 6.0, interquartile mean 6.0 (6.0 to 6.0)',
    '  best target: 4.5. To choose it among 2 cost 2 evaluations, and by chance alone the best of several looks better than it is',
  ]);
});
