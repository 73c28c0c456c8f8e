import { expect, it } from 'vitest';
import { tracesOf } from './traces';

const episode = { rewards: [1, 0.5, 2], actionSize: 2, actions: [1, 2, 3, 4, 5, 6] };

it('sums rewards up, and tells what a policy was still asked for before each step', () => {
  expect(tracesOf(episode, 10)).toEqual([
    { name: 'Reward', lines: [[1, 0.5, 2]] },
    { name: 'Return so far', lines: [[1, 1.5, 3.5]] },
    { name: 'Target return to go', lines: [[10, 9, 8.5]] },
    {
      name: 'Actions',
      lines: [
        [1, 3, 5],
        [2, 4, 6],
      ],
    },
  ]);
});

it('leaves out what there is not', () => {
  const traces = tracesOf({ ...episode, actionSize: 0, actions: [] }, null);
  expect(traces.map(({ name }) => name)).toEqual(['Reward', 'Return so far']);
});

it('says of which rewards values are', () => {
  const valued = (rewards: 'raw' | 'transformed') =>
    tracesOf({ ...episode, judged: { values: [3, 2, 1], rewards } }, null)[2];
  expect(valued('raw')).toEqual({
    name: 'Value by the critics: discounted return to go',
    lines: [[3, 2, 1]],
  });
  expect(valued('transformed')!.name).toContain('of rewards as training changed them');
});
