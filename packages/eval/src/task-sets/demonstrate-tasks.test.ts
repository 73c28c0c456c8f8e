import { expect, it } from 'vitest';
import { demonstrateTasks } from './demonstrate-tasks';
import { findTaskSet } from './find-task-set';

const set = findTaskSet('integrator');
const counts = [2, 0, 1, ...Array<number>(9).fill(0)];

it('shows each task as often as it is said, in their order, and the same for the same seed', async () => {
  const shown = await demonstrateTasks(set, counts, 3);
  expect(shown.episodeEnds).toEqual(Uint32Array.of(5, 10, 15));
  const told = [0, 5, 10].map((row) => [...shown.observations.subarray(4 * row + 2, 4 * row + 4)]);
  expect(told).toEqual([0, 0, 2].map((i) => set.tasks[i]!.code.map(Math.fround)));
  expect(await demonstrateTasks(set, counts, 3)).toEqual(shown);
  expect((await demonstrateTasks(set, counts, 4)).actions).not.toEqual(shown.actions);
});

it('refuses counts of other tasks, and to show nothing', async () => {
  await expect(demonstrateTasks(set, [1, 2])).rejects.toThrow(/12 counts.*1, 2/s);
  await expect(demonstrateTasks(set, Array<number>(12).fill(0))).rejects.toMatchObject({
    code: 'empty-dataset',
  });
});
