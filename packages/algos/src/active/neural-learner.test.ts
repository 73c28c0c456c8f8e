import type { Task } from '@lamo/core';
import { joinDatasets } from '@lamo/data';
import { type Checkpoint, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { forward, type PlainArray, type PlainNetwork, toPlain } from '../../test/plain';
import { showTask, tasks } from '../../test/shown-tasks';
import { multiTaskBc } from '../algorithms/multi-task-bc';
import { train } from '../engine/train';
import { runOnnx } from '../testing/run-onnx';
import { ActiveFineTuning } from './active-fine-tuning';
import { type Demonstration, labelRows, readDemonstrations } from './demonstration';
import { NeuralLearner, type NeuralLearnerOptions } from './neural-learner';
import { findSelectionRule } from './rules/registry';

interface Plain {
  readonly actor: PlainNetwork;
  readonly scaler: { readonly mean: PlainArray; readonly standardDeviation: PlainArray };
}

const [follow, oppose] = [tasks[0]!, tasks[1]!];
const device = await openDevice('cpu', { threads: 1 });
let pretrained: Checkpoint;

/** Has learned to follow what is seen. */
beforeAll(async () => {
  const shown = joinDatasets(
    'before',
    [1, 2, 3, 4, 5].map((seed) => showTask(follow, seed)),
  );
  const config = { task: 'task', normaliseTask: false, hiddenSize: 16, batchSize: 32, learningRate: 0.01 };
  const run = await train(multiTaskBc, shown, { steps: 300, every: 300, config, device });
  for await (const _ of run);
  pretrained = await run.checkpoint();
  await run.dispose();
});

const open = (options: Partial<NeuralLearnerOptions> = {}) =>
  NeuralLearner.open({ pretrained, device, steps: 150, learningRate: 0.01, batchSize: 32, ...options });
const show = (task = oppose, seed = 7, isWarmStart = false): Demonstration[] =>
  readDemonstrations(showTask(task, seed), task, 'task').map((shown) => ({ ...shown, isWarmStart }));
const rowsOf = (shown: readonly Demonstration[]) =>
  labelRows(
    shown.map((demonstration) => ({ demonstration, task: demonstration.task })),
    'task',
  ).rows;
const act = async (learner: NeuralLearner, code: number) => {
  const policy = learner.policy();
  policy.reset(1);
  return (await policy.act(Float32Array.of(0.8, code), new Float32Array(1)))[0]!;
};

describe('a learner that is a network', () => {
  it('sees gradients of its last layer as plain arithmetic does', async () => {
    const learner = await open();
    const rows = rowsOf([...show(follow), ...show(oppose)]);
    const { kernel, look } = await learner.beliefs(rows);
    const covariances = kernel.covariances(await look(rows), await look(rows));
    const { actor, scaler } = toPlain<Plain>(pretrained.state);
    const { mean, standardDeviation } = scaler;
    const { last, hidden } = splitLast(actor);
    const gradients = Array.from({ length: 12 }, (_, i) => {
      const seen = [0, 1].map(
        (k) => (rows.observations[2 * i + k]! - mean.data[k]!) / standardDeviation.data[k]!,
      );
      const h = forward(hidden, seen).map((x) => Math.max(0, x));
      const output = Math.tanh(forward(last, h)[0]!);
      const residual = 2 * (output - rows.actions[i]!) * (1 - output ** 2);
      return [...h, 1].map((x) => residual * x);
    });
    const product = (i: number, j: number) =>
      gradients[i]!.reduce((sum, x, k) => sum + x * gradients[j]![k]!, 0);
    const scale = gradients.reduce((sum, _, i) => sum + product(i, i), 0) / 12;
    const expected = gradients.flatMap((_, i) => gradients.map((__, j) => product(i, j) / scale));
    expect(covariances).toBeAllClose(expected, { absolute: 1e-4 }); // float32, and differences of nearly equal actions
    await learner.dispose();
  });

  it('learns a task from demonstrations, and by its prior keeps those that nobody showed again', async () => {
    const [guarded, bare] = [await open(), await open({ beta: null })];
    for (const learner of [guarded, bare])
      await learner.learn(
        [1, 2, 3].flatMap((seed) => show(oppose, seed)),
        0,
      );
    expect(await act(guarded, -1)).toBeLessThan(-0.3);
    expect(await act(guarded, 1)).toBeCloseTo(0.4, 1);
    // What is learned of the one task spoils the other: the control that shows what the prior is for.
    expect(await act(bare, 1)).toBeLessThan(0.2);
    expect(guarded.mixing).toEqual([{ task: oppose, weight: expect.closeTo(1, 1) }]);
    await guarded.dispose();
    await bare.dispose();
  });

  it('is written as a file that acts as it does, the mixing inside', async () => {
    const learner = await open({ steps: 30, beta: 0.05 });
    await learner.learn([...show(oppose, 1), ...show(follow, 2)], 0);
    const weights = learner.mixing.map(({ weight }) => weight);
    expect(Math.min(...weights)).toBeLessThan(Math.max(...weights));
    const codes = [1, -1, 0]; // the last one was never shown
    const observations = codes.map((code) => [0.8, code]);
    const acted = await runOnnx(learner.exportOnnx(), { observations, targetReturn: 0 });
    const expected = [];
    for (const code of codes) expected.push(await act(learner, code));
    expect([...acted]).toBeAllClose(expected, { absolute: 1e-6 }); // two engines in float32
    await learner.dispose();
  });

  it('is written as a file without a prior too', async () => {
    const learner = await open({ steps: 30, beta: null });
    await learner.learn(show(oppose, 1), 0);
    const observations = [-1, 0].map((code) => [0.8, code]);
    const acted = await runOnnx(learner.exportOnnx(), { observations, targetReturn: 0 });
    const expected = [await act(learner, -1), await act(learner, 0)];
    expect([...acted]).toBeAllClose(expected, { absolute: 1e-6 }); // two engines in float32
    await learner.dispose();
  });

  it('never lets what it is judged by learn the first demonstrations', async () => {
    const learner = await open();
    const first = show(oppose, 1, true);
    const before = await learner.losses(rowsOf(first));
    await learner.learn(first, 0);
    expect(await learner.losses(rowsOf(first))).toEqual(before);
    expect(await act(learner, -1)).toBeLessThan(0);
    await learner.learn([...first, ...show(oppose, 2)], 1);
    const after = await learner.losses(rowsOf(first));
    expect(Math.max(...after)).toBeLessThan(Math.max(...before));
    await learner.dispose();
  });

  it('is the same after a restart, to the bit, and learns on as if nothing had been', async () => {
    const shown = [...show(oppose, 1, true), ...show(follow, 2)];
    const whole = await open({ seed: 3 });
    await whole.learn(shown, 0);
    const kept: Tree<HostArray> = whole.state();
    const again = await open({ seed: 3 });
    await again.restore(kept as ReturnType<typeof whole.state>, shown);
    expect(again.mixing).toEqual(whole.mixing);
    expect(await act(again, -1)).toBe(await act(whole, -1));
    const more = [...shown, ...show(oppose, 4)];
    await whole.learn(more, 1);
    await again.learn(more, 1);
    expect(again.state()).toEqual(whole.state());
    await whole.dispose();
    await again.dispose();
  });

  it('is asked by every rule', async () => {
    for (const name of [
      'amf',
      'last-layer',
      'dropout',
      'highest-loss',
      'largest-variance',
      'amf-difficulty',
    ]) {
      const learner = await open({ steps: 20 });
      const targets = [follow, oppose].map((task) => ({ task }));
      const tuning = new ActiveFineTuning({ learner, targets, rule: findSelectionRule(name) });
      for (let round = 0; round < 2; round++) {
        const { tasks: asked } = await tuning.ask();
        await tuning.tell(asked.map((task) => showTask(task, round)));
      }
      const { tasks: asked, values } = await tuning.ask();
      expect(values!.every(Number.isFinite)).toBe(true);
      // It has seen nothing of opposing but one demonstration, which its beliefs never learned.
      if (name !== 'last-layer' && name !== 'dropout') expect(asked[0]).toBe(oppose);
      await learner.dispose();
    }
  });

  it('learns to choose among classes, and refuses amounts in their place', async () => {
    const choose = (task: Task, seed: number) => {
      const shown = showTask(task, seed, { rows: 30 });
      const actions = shown.actions.map((amount) => Number(amount > 0));
      return { ...shown, actions, actionSpace: { kind: 'discrete', count: 2 } as const };
    };
    const config = { task: 'task', normaliseTask: false, hiddenSize: 16, batchSize: 32, learningRate: 0.01 };
    const run = await train(multiTaskBc, choose(follow, 1), { steps: 100, every: 100, config, device });
    for await (const _ of run);
    const learner = await open({ pretrained: await run.checkpoint() });
    await run.dispose();
    const shown = [1, 2].flatMap((seed) => readDemonstrations(choose(oppose, seed), oppose, 'task'));
    await learner.learn(shown, 0);
    expect(await act(learner, -1)).toBe(0);
    expect(await act(learner, 1)).toBe(1);
    expect(() => learner.check(show()[0]!)).toThrow(/actions of 2 classes.*1 number.*--action-classes 2/s);
    await learner.dispose();
  });

  it('refuses a policy that was told no task', async () => {
    const header = pretrained.header as { readonly config: object };
    const untold = { ...header, config: { ...header.config, task: null } };
    await expect(open({ pretrained: { ...pretrained, header: untold } })).rejects.toThrow(
      /never told its task.*--task/s,
    );
  });
});

function splitLast(network: PlainNetwork): { hidden: PlainNetwork; last: PlainNetwork } {
  const layers = Object.entries(network);
  return {
    hidden: Object.fromEntries(layers.slice(0, -1)) as PlainNetwork,
    last: Object.fromEntries([['0', layers.at(-1)![1]]]) as PlainNetwork,
  };
}
