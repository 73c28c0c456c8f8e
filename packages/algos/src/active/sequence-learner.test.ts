import { joinDatasets } from '@lamo/data';
import { type Checkpoint, type HostArray, openDevice } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { showTask, tasks } from '../../test/shown-tasks';
import { dt } from '../algorithms/dt';
import { lamo } from '../algorithms/lamo';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import type { AnyAlgorithm } from '../engine/algorithm';
import { train } from '../engine/train';
import { ActiveFineTuning } from './active-fine-tuning';
import { type Demonstration, labelRows, readDemonstrations } from './demonstration';
import { findSelectionRule } from './rules/registry';
import { SequenceLearner, type SequenceLearnerOptions } from './sequence-learner';

const [follow, oppose] = [tasks[0]!, tasks[1]!];
const device = await openDevice('cpu', { threads: 1 });
const small = {
  contextLength: 4,
  maxTimesteps: 8,
  batchSize: 32,
  learningRate: 0.01,
  warmupSteps: 0,
  dropout: 0,
  normaliseObservations: false,
};
let pretrained: Checkpoint;

async function trained(algorithm: AnyAlgorithm, steps: number, config: object): Promise<Checkpoint> {
  const shown = joinDatasets(
    'before',
    [1, 2, 3, 4, 5].map((seed) => showTask(follow, seed)),
  );
  const run = await train(algorithm, shown, { steps, every: steps, config, device });
  for await (const _ of run);
  const checkpoint = await run.checkpoint();
  await run.dispose();
  return checkpoint;
}

/** Has learned to follow what is seen. */
beforeAll(async () => {
  pretrained = await trained(dt, 300, { ...small, width: 16, layers: 1 });
});

const open = (options: Partial<SequenceLearnerOptions> = {}) =>
  SequenceLearner.open({ pretrained, device, steps: 200, learningRate: 0.01, batchSize: 32, ...options });
const show = (task = oppose, seed = 7, isWarmStart = false): Demonstration[] =>
  readDemonstrations(showTask(task, seed), task, 'task').map((shown) => ({ ...shown, isWarmStart }));
const rowsOf = (shown: readonly Demonstration[], task = shown[0]!.task) =>
  labelRows(
    shown.map((demonstration) => ({ demonstration, task })),
    'task',
  ).rows;
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Head {
  readonly parameters: { readonly predict_action: Readonly<Record<'weight' | 'bias', HostArray>> };
}

/** The actions that a state's last layer makes of what goes into it. */
function actionsOf(state: unknown, hidden: { width: number; data: ArrayLike<number> }): number[] {
  const { weight, bias } = (state as Head).parameters.predict_action;
  return Array.from({ length: hidden.data.length / hidden.width }, (_, row) =>
    Math.tanh(
      weight.data.reduce((sum, w, k) => sum + w * hidden.data[row * hidden.width + k]!, bias.data[0]!),
    ),
  );
}

describe('a learner that is a model of trajectories', () => {
  it('sees gradients of its last layer, of each step given those before it', async () => {
    const learner = await open();
    const rows = rowsOf(show(follow));
    const { kernel, look } = await learner.beliefs(rows);
    const { hidden, residuals } = await look(rows);
    expect([hidden.width, residuals.width]).toEqual([17, 1]);
    const actions = actionsOf(learner.state().selection, hidden);
    const wrong = actions.map((action, i) => 2 * (action - rows.actions[i]!) * (1 - action ** 2));
    expect([...residuals.data]).toBeAllClose(wrong, { absolute: 1e-5 }); // float32
    const gradients = wrong.map((residual, i) =>
      Array.from({ length: 17 }, (_, k) => residual * hidden.data[i * 17 + k]!),
    );
    const product = (i: number, j: number) =>
      gradients[i]!.reduce((sum, x, k) => sum + x * gradients[j]![k]!, 0);
    const scale = gradients.reduce((sum, _, i) => sum + product(i, i), 0) / 6;
    const built = gradients.flatMap((_, i) => gradients.map((__, j) => product(i, j) / scale));
    const points = await look(rows);
    expect([...kernel.covariances(points, points)]).toBeAllClose(built, { absolute: 1e-3 }); // as above, divided by small numbers
    await learner.dispose();
  });

  it('looks at a demonstration as it acts: at the first step the same, later by what was done', async () => {
    const learner = await open();
    const [shown] = show(follow);
    const rows = rowsOf([shown!]);
    const { look } = await learner.beliefs(rows);
    const { hidden } = await look(rows);
    const actions = actionsOf(learner.state().selection, hidden);
    const policy = learner.policy();
    policy.reset(1, [0]); // what the demonstration returns
    const acted = await policy.act(rows.observations.slice(0, 2), new Float32Array(1));
    expect(acted[0]).toBeCloseTo(actions[0]!, 5);
    // Another action at the third step leaves those up to there as they were.
    const { dataset } = shown!;
    const changed = dataset.actions.slice();
    changed[2] = -changed[2]! + 0.5;
    const other = actionsOf(
      learner.state().selection,
      (await look(rowsOf([{ ...shown!, dataset: { ...dataset, actions: changed } }]))).hidden,
    );
    expect(other.slice(0, 3)).toBeAllClose(actions.slice(0, 3), { absolute: 1e-6 });
    expect(Math.abs(other[3]! - actions[3]!)).toBeGreaterThan(1e-4);
    await learner.dispose();
  });

  it('learns a task from demonstrations, and is asked by AMF', async () => {
    const learner = await open();
    const held = rowsOf(show(oppose, 99));
    const before = mean(await learner.losses(held));
    const targets = [follow, oppose].map((task) => ({ task }));
    const tuning = new ActiveFineTuning({ learner, targets, rule: findSelectionRule('amf') });
    for (let round = 0; round < 2; round++) {
      const { tasks: asked } = await tuning.ask();
      await tuning.tell(asked.map((task) => showTask(task, round)));
    }
    expect((await tuning.ask()).tasks[0]).toBe(oppose);
    await tuning.tell([
      joinDatasets(
        'three',
        [3, 4, 5, 6].map((seed) => showTask(oppose, seed)),
      ),
    ]);
    expect(mean(await learner.losses(held))).toBeLessThan(before / 2);
    const policy = learner.policy();
    policy.reset(1, [0]);
    expect((await policy.act(Float32Array.of(0.8, -1), new Float32Array(1)))[0]).toBeLessThan(-0.15);
    expect(learner.exportOnnx().length).toBeGreaterThan(1000);
    await learner.dispose();
  });

  it('never lets what it is judged by learn the first demonstrations, and learns on after a restart as if nothing had been', async () => {
    const first = show(oppose, 1, true);
    const whole = await open({ seed: 3, steps: 20 });
    const before = await whole.losses(rowsOf(first));
    await whole.learn(first, 0);
    expect(await whole.losses(rowsOf(first))).toEqual(before);
    const again = await open({ seed: 3, steps: 20 });
    await again.restore(whole.state());
    const more = [...first, ...show(oppose, 2)];
    await whole.learn(more, 1);
    await again.learn(more, 1);
    expect(again.state()).toEqual(whole.state());
    expect(await whole.losses(rowsOf(first))).not.toEqual(before);
    await whole.dispose();
    await again.dispose();
  });

  it('is LaMo with its adapters, too, whose backbone stays as it was', async () => {
    const checkpoint = await trained(lamo, 3, small);
    const learner = await open({ pretrained: checkpoint, steps: 10 });
    const held = rowsOf(show(oppose, 99));
    const before = mean(await learner.losses(held));
    await learner.learn(show(oppose, 1), 0);
    expect(mean(await learner.losses(held))).toBeLessThan(before);
    const { look } = await learner.beliefs(held);
    const [{ hidden, residuals }, state] = [await look(held), learner.state().selection];
    // Two layers, which no tanh bounds: 2 (π − a), π what the second makes of what lies between.
    const { fc2 } = (
      state as unknown as {
        parameters: { predict_action: Record<'fc2', Record<'weight' | 'bias', HostArray>> };
      }
    ).parameters.predict_action;
    const expected = held.actions.map((action, row) => {
      const made = fc2.weight.data.reduce(
        (sum, w, k) => sum + w * hidden.data[row * hidden.width + k]!,
        fc2.bias.data[0]!,
      );
      return 2 * (made - action);
    });
    expect([...residuals.data]).toBeAllClose([...expected], { absolute: 1e-4 }); // float32
    await learner.dispose();
  }, 60_000); // a GPT-2 is compiled several times

  it('refuses a training that is not a trajectory model, is told no task, or has a frozen random backbone', async () => {
    const cloned = await trained(multiTaskBc, 1, { task: 'task', hiddenSize: 4 });
    await expect(open({ pretrained: cloned })).rejects.toThrow(/training of dt or lamo.*multi-task-bc/s);
    await expect(open({ part: 'goal' })).rejects.toThrow(/no part 'goal'/);
    const drawn = await trained(lamo, 1, { ...small, pretrained: false });
    await expect(open({ pretrained: drawn })).rejects.toThrow(/seeds of their own.*`pretrained` true/s);
    const scaled = await trained(dt, 1, { ...small, width: 16, layers: 1, normaliseObservations: true });
    await expect(open({ pretrained: scaled })).rejects.toThrow(/one task alone.*normaliseObservations/s);
    const learner = await open();
    const [shown] = show();
    const wide = { ...shown!.dataset, actionSize: 2, actions: new Float32Array(12) };
    expect(() => learner.check({ ...shown!, dataset: wide })).toThrow(/other sizes/);
    await learner.dispose();
  }, 60_000);
});
