import { expect, it } from 'vitest';
import { showTask, tasks } from '../../test/shown-tasks';
import { labelRows, readDemonstrations } from './demonstration';
import { GaussianProcess } from './gaussian-process';
import { logLikelihoods } from './log-likelihoods';
import { radialKernel } from './radial-kernel';

const [follow, oppose] = [tasks[0]!, tasks[1]!];
const show = (task = follow, seed = 0) => readDemonstrations(showTask(task, seed), task, 'task');
const kernel = radialKernel({ lengths: [2, 0.5] });
const open = () => new GaussianProcess({ kernel, noise: 1e-4, pretrained: show() });
const rowsOf = (task = follow, seed = 9) =>
  labelRows(
    show(task, seed).map((demonstration) => ({ demonstration, task })),
    'task',
  ).rows;
const meanLoss = async (learner: GaussianProcess, task = follow) => {
  const losses = await learner.losses(rowsOf(task));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
};

it('learns what it is shown, and keeps what it knew', async () => {
  const learner = open();
  expect(await meanLoss(learner)).toBeLessThan(1e-3);
  const before = await meanLoss(learner, oppose);
  expect(before).toBeGreaterThan(0.02); // who does nothing is a twelfth away on average
  await learner.learn([...show(oppose, 1), ...show(oppose, 2)]);
  expect(await meanLoss(learner, oppose)).toBeLessThan(1e-3);
  expect(await meanLoss(learner)).toBeLessThan(1e-3);
  const policy = learner.policy();
  policy.reset(2);
  const acted = await policy.act(Float32Array.of(0.6, 1, 0.6, -1), new Float32Array(2));
  expect([...acted]).toBeAllClose([0.3, -0.3], { absolute: 0.02 });
});

it('interpolates: one point and its neighbour, by hand', async () => {
  const shown = show()[0]!;
  const one = { ...shown, dataset: showTask(follow, 0, { rows: 1 }) };
  const learner = new GaussianProcess({
    kernel: radialKernel({ lengths: 1 }),
    noise: 0.5,
    pretrained: [one],
  });
  const [x = 0, , action = 0] = [...one.dataset.observations, ...one.dataset.actions];
  const alike = Math.exp(-(0.3 ** 2) / 2);
  // k(x, X) a / (1 + 0.5)
  const policy = learner.policy();
  policy.reset(1);
  const [acted] = await policy.act(Float32Array.of(x + 0.3, 1), new Float32Array(1));
  expect(acted).toBeCloseTo((alike * action) / 1.5, 6);
  const { kernel: belief, look } = await learner.beliefs(rowsOf());
  const points = await look({
    observations: Float32Array.of(x + 0.3, 1),
    actions: new Float32Array(1),
    from: [],
  });
  expect(belief.variances(points)[0]).toBeCloseTo(1 - alike ** 2 / 1.5, 6); // observations are float32
});

it('finds the demonstration of another task unlikely, step by step between −12 and 0', async () => {
  const learner = open();
  await learner.learn([...show(oppose, 1), ...show(oppose, 2)]);
  const [right = 0, wrong = 0] = await logLikelihoods(learner, show(oppose, 3), [oppose, follow]);
  expect(right).toBe(0); // densities above 1 count as 1
  expect(wrong).toBeLessThan(-24);
  expect(wrong).toBeGreaterThanOrEqual(-12 * 6);
});

it('refuses to begin with nothing', () => {
  expect(() => new GaussianProcess({ kernel, noise: 1e-4, pretrained: [] })).toThrow(
    /has seen nothing.*pretrained/s,
  );
});
