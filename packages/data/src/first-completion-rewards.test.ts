import { expect, it } from 'vitest';
import { createDataset } from './dataset';
import { firstCompletionRewards } from './first-completion-rewards';

it('pays each sub-task in the step that completes it, and anew in each episode', () => {
  const done = [0, 1, 1, 0, 1, 3, 2, 3, 1, 0, 2, 4];
  const dataset = createDataset({
    observations: done,
    actions: done,
    rewards: done,
    terminated: done.map((_, row) => row === 7 || row === 11),
  });
  expect(Array.from(firstCompletionRewards(dataset).rewards)).toEqual([
    ...[0, 1, 0, 0, 0, 2, 0, 0],
    ...[1, 0, 1, 2],
  ]);
  expect(Array.from(dataset.rewards)).toEqual(done);
});
