import { expect, it } from 'vitest';
import { smallRuns } from '../../test/small-runs';
import { type NewRun, onDataset, startRun } from '../run/start-run';
import { planSeeds } from './plan-seeds';

const small = await smallRuns();
/** As `lamo train` plans them: in folders that are named by their settings, estimates a tenth of the steps apart. */
const planWith =
  (hiddenSize: number, changes: Partial<NewRun> = {}) =>
  (seed: number, steps: number) =>
    small(`bc-${hiddenSize}-s${seed}`, {
      ...{ seed, steps, config: { hiddenSize, batchSize: 8 } },
      evaluation: { environment: 'maze2d-umaze-v1', every: Math.ceil(steps / 2), episodes: 1, seed: 3 },
      ...changes,
    });
const flags = { steps: 4, seeds: 2, resume: true, out: 'several' };

await startRun(planWith(8)(1, 4));

it('seeds with other settings than those that were started are refused, though their folders are others', async () => {
  await expect(planSeeds([1, 2], onDataset, planWith(9), flags)).rejects.toMatchObject({
    code: 'other-settings',
    problem: expect.stringMatching(/bc-8-s1 was started with other settings$/),
    expected: 'hiddenSize 8',
    received: 'hiddenSize 9',
    hint: expect.stringContaining('leave out --resume'),
  });
});

it('runs begin beside those of other seeds and other data, and where somebody has named the folder', async () => {
  const news = [{ goesOn: false }, { goesOn: false }];
  expect(await planSeeds([2, 3], onDataset, planWith(9), flags)).toMatchObject(news);
  const { dataset } = small('none');
  const other = { dataset: { ...dataset, rewards: dataset.rewards.map((reward) => reward + 1) } };
  expect(await planSeeds([1, 2], onDataset, planWith(9, other), flags)).toMatchObject(news);
  expect(await planSeeds([1], onDataset, planWith(9), { ...flags, seeds: 1 })).toMatchObject([news[0]]);
});

it('a run goes on with more steps or fewer, of which intervals would follow that nobody gave', async () => {
  for (const steps of [2, 4, 40]) {
    const planned = await planSeeds([1, 2], onDataset, planWith(8), { ...flags, steps });
    expect(planned.map(({ goesOn }) => goesOn)).toEqual([true, false]);
  }
});
