import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { showTask, tasks } from '../../../test/shown-tasks';
import { labelRows, readDemonstrations } from '../demonstration';
import { GaussianProcess } from '../gaussian-process';
import { radialKernel } from '../radial-kernel';
import { bandit } from './bandit';
import { fewestDemonstrations } from './counting';
import { amf, amfDifficulty } from './information';
import type { RuleContext } from './rule';

const [follow, oppose, nothing] = [tasks[0]!, tasks[1]!, tasks[2]!];
const read = (task = follow, seed = 1) => readDemonstrations(showTask(task, seed), task, 'task');
const learner = new GaussianProcess({
  kernel: radialKernel({ lengths: [2, 0.4] }),
  noise: 1e-3,
  pretrained: read(),
});
const examples = [...read(follow, 4), ...read(oppose, 4), ...read(nothing, 4)];
const candidates = [follow, oppose, nothing];
const context: RuleContext = {
  learner: learner as RuleContext['learner'],
  candidates,
  targets: candidates.map((task, i) => ({ task, weight: 1 + i })),
  examples,
  demonstrations: examples,
  weighting: 'same-task',
  frames: 24,
  trajectories: 3,
  count: 1,
  rng: Rng.fromSeed(0),
  history: [],
};

it('the bandit pays for losses that fall, and for what was tried seldom', async () => {
  const after = (task = follow, loss = 1) => ({ asked: [task], losses: { all: loss } });
  // from 1 to 0.8 and on to 0.72 by following; by opposing from 0.72 to 0.9; by nothing to 0.45
  const history = [
    after(nothing),
    after(follow, 0.8),
    after(follow, 0.72),
    after(oppose, 0.9),
    after(nothing, 0.45),
  ];
  const { values, candidates: chosen } = await bandit.choose({ ...context, history });
  const bonus = (times: number) => Math.sqrt((2 * Math.log(5)) / times);
  const expected = [(0.2 + 0.1) / 2 + bonus(2), -0.25 + bonus(1), 0.5 + bonus(1)];
  expect(values).toBeAllClose(expected, { absolute: 1e-12 }); // a few roundings
  expect(chosen).toEqual([2]);
});

it('fewest demonstrations counts those that it asks for in the same round', async () => {
  const { candidates: chosen } = await fewestDemonstrations.choose({
    ...context,
    ...{ count: 3, pretrained: [5, 0, 1], demonstrations: [] },
  });
  expect(chosen).toEqual([1, 1, 2]);
});

it('amf-difficulty weighs tasks by their losses', async () => {
  const weighed = [];
  for (const [i, task] of candidates.entries()) {
    const losses = await learner.losses(labelRows([{ demonstration: examples[i]!, task }], 'task').rows);
    const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
    weighed.push({ task, weight: (1 + i) * loss });
  }
  const { values } = await amfDifficulty.choose(context);
  expect(values).toEqual((await amf.choose({ ...context, targets: weighed })).values);
  expect(values).not.toEqual((await amf.choose(context)).values);
});
