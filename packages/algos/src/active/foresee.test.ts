import { expect, it } from 'vitest';
import { showTask, tasks } from '../../test/shown-tasks';
import { type Demonstration, readDemonstrations } from './demonstration';
import { foresee, type Outlook } from './foresee';
import { GaussianProcess } from './gaussian-process';
import { radialKernel } from './radial-kernel';

const [follow, oppose] = [tasks[0]!, tasks[1]!];
const show = (task = follow, seed = 1, rows = 6): Demonstration[] =>
  readDemonstrations(showTask(task, seed, { rows }), task, 'task');
const learner = new GaussianProcess({
  kernel: radialKernel({ lengths: [2, 0.4] }),
  noise: 1e-3,
  pretrained: [1, 2, 3].flatMap((seed) => [...show(follow, seed), ...show(oppose, seed)]),
});
const outlook: Outlook = {
  candidates: [oppose],
  targets: [{ task: follow, weight: 3 }, { task: oppose }],
  examples: [...show(follow, 10, 2), ...show(follow, 11, 6), ...show(oppose, 12), ...show(oppose, 13)],
  weighting: 'same-task',
  frames: 24,
  trajectories: 3,
};

it('shares the weight of a task among its demonstrations, however long they are', async () => {
  const { weights } = (await foresee(learner, outlook)).targets;
  // 3 and 1 by two demonstrations each, by their rows
  expect(weights).toEqual([
    ...[0.75, 0.75],
    ...Array<number>(6).fill(0.25),
    ...Array<number>(12).fill(1 / 12),
  ]);
});

it('lets the latest demonstrations of a task stand for it', async () => {
  const { candidates } = await foresee(learner, { ...outlook, trajectories: 1 });
  const [only, ...others] = candidates[0]!;
  expect(others).toEqual([]);
  expect(only!.weight).toBe(1);
  expect([...only!.points.points.data]).toEqual([...outlook.examples[3]!.dataset.observations]);
});

it('lets the likeliest demonstrations of any task stand for one that is drawn', async () => {
  const likeliest = async (task = follow) => {
    const [only] = (
      await foresee(learner, {
        ...outlook,
        ...{ weighting: 'likelihood', trajectories: 1, candidates: [task] },
      })
    ).candidates[0]!;
    return [...only!.points.points.data].filter((_, i) => i % 2 === 0);
  };
  const seen = ({ dataset }: Demonstration) => [...dataset.observations].filter((_, i) => i % 2 === 0);
  const by = (from: number) => outlook.examples.slice(from, from + 2).map(seen);
  expect(by(0)).toContainEqual(await likeliest(follow));
  expect(by(2)).toContainEqual(await likeliest(oppose));
});
