import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dataset, Rng } from '@lamo/core';
import { createDataset, type DatasetInput } from '@lamo/data';
import { type HostArray, loadCheckpoint, openDevice, saveCheckpoint, type Tree } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { expectDescent, forward, mean, type PlainArray, type PlainNetwork, toPlain } from '../../test/plain';
import { loadResult } from '../engine/load-result';
import { trainingProgram } from '../engine/program';
import { train } from '../engine/train';
import { taskDatasetKind } from '../ingredients/task-observations';
import { testAlgorithm } from '../testing';
import { runOnnx } from '../testing/run-onnx';
import { bc } from './bc';
import { fqe } from './fqe';
import { multiTaskBc } from './multi-task-bc';

testAlgorithm(multiTaskBc, { config: { hiddenSize: 32, batchSize: 16, learningRate: 1e-3 } });

const rng = Rng.fromSeed(2);
const rows = Array.from({ length: 500 }, (_, row) => ({ x: rng.uniform(-1, 1), task: row % 2 }));

/** The first task is to follow what is seen, the second to oppose it: nobody can do both without being told. */
const tasks = (extra: Partial<DatasetInput> = {}): Dataset =>
  createDataset({
    observations: rows.map(({ x }) => [x]),
    actions: rows.map(({ x, task }) => [task === 0 ? x / 2 : -x / 2]),
    rewards: rows.map(() => 0),
    terminated: rows.map(() => true),
    infos: {
      task: { width: 1, data: Int32Array.from(rows, ({ task }) => task) },
      direction: { width: 2, data: Float32Array.from(rows.flatMap(({ task }) => [1 - 2 * task, task])) },
    },
    ...extra,
  });
const dataset = tasks();
/** Classes in place of amounts: 1 for what is to be done with positive numbers, 0 otherwise. */
const choices = tasks({
  actions: rows.map(({ x, task }) => Number(x > 0 === (task === 0))),
  actionSpace: { kind: 'discrete', count: 2 },
});

const config = { task: 'task', taskClasses: 2, hiddenSize: 32, batchSize: 64, learningRate: 0.01 };
/** Of either task: the number seen, and which one it is. */
const seen = [
  [0.8, 1, 0],
  [0.8, 0, 1],
  [-0.4, 0, 1],
];

interface State {
  readonly actor: PlainNetwork;
  readonly optimizer: { readonly first: PlainArray };
}

it('takes one step as its definition in plain arithmetic does: of π(a | s, c)', async () => {
  const settings = multiTaskBc.config.parse({ ...config, hiddenSize: 5, batchSize: 4 });
  const { data, spec } = taskDatasetKind.prepare(dataset, settings);
  const state = (await multiTaskBc.init(spec, settings, Rng.fromSeed(2), {})) as Tree<HostArray>;
  // Twice the number less one: the task's columns are not standardised.
  const scaler = { mean: [0.5, 0, 0], standardDeviation: [0.5, 1, 1] };
  const leaf = (values: readonly number[]) => ({ shape: [3], data: Float32Array.from(values) });
  const whole = {
    ...(state as Readonly<Record<string, Tree<HostArray>>>),
    scaler: { mean: leaf(scaler.mean), standardDeviation: leaf(scaler.standardDeviation) },
  };
  const source = await multiTaskBc.batches(data, settings, Rng.fromSeed(1), {});
  const { program, cycle } = trainingProgram(
    { algorithm: multiTaskBc, config: settings, source, spec },
    whole,
  );
  const executable = await (await openDevice('cpu', { threads: 1 })).compile(program);
  const observations = [...seen, [0.1, 1, 0]];
  const actions = [0.4, -0.4, 0.2, 0.9];
  executable.inputs['0/observations']!.set(observations.flat());
  executable.inputs['0/actions']!.set(actions);
  await executable.run(cycle[0]!);
  const [before, after] = [toPlain<State>(state), toPlain<State>(await executable.readState())];
  const loss = () =>
    mean(
      observations.map(([x, ...task], i) => {
        const [action] = forward(before.actor, [2 * x! - 1, ...task]).map(Math.tanh);
        return (action! - actions[i]!) ** 2;
      }),
    );
  // float32 against double precision
  expect(executable.outputs[cycle[0]!]!['0/actorLoss']![0]! / loss()).toBeCloseTo(1, 5);
  const { optimizer } = after;
  expectDescent({ before: before.actor, after: after.actor, optimizer, learningRate: 0.01 }, loss);
});

describe('multi-task BC', () => {
  it('imitates the last step of an episode that was cut, and of one that is not over', async () => {
    const cut = createDataset({
      observations: [[1], [2], [3], [4]],
      actions: [[0.1], [0.2], [0.3], [0.4]],
      rewards: [0, 0, 0, 0],
      terminated: [false, false, false, false],
      truncated: [false, true, false, false],
    });
    const settings = multiTaskBc.config.parse({ batchSize: 100 });
    const source = await multiTaskBc.batches(cut, settings, Rng.fromSeed(1), {});
    const into = { observations: new Float32Array(100), actions: new Float32Array(100) };
    source.next(into as never);
    const counts = [1, 2, 3, 4].map((row) => into.observations.filter((seen) => seen === row).length);
    // 25 each are expected, with a deviation of 4.3.
    expect(Math.min(...counts)).toBeGreaterThan(8);
    expect([...into.actions]).toBeAllClose(
      [...into.observations].map((seen) => seen / 10),
      {
        absolute: 1e-7, // float32
      },
    );
  });

  it('learns what no policy can that is not told its task', async () => {
    const lossOf = async (algorithm: typeof multiTaskBc | typeof bc, settings: object, data = dataset) => {
      const run = await train(algorithm, data, { steps: 400, every: 100, config: settings });
      let last = 1;
      for await (const { metrics } of run) last = metrics.actorLoss!;
      return last;
    };
    const { task: _, taskClasses: __, ...untold } = config;
    // Without the task the best is 0 everywhere, x² / 4 away: 1/12 in the mean; of two classes, a half each: ln 2.
    expect(await lossOf(bc, untold)).toBeGreaterThan(0.07);
    expect(await lossOf(multiTaskBc, config)).toBeLessThan(0.005);
    expect(await lossOf(multiTaskBc, { ...config, task: 'direction', taskClasses: null })).toBeLessThan(
      0.005,
    );
    expect(await lossOf(bc, untold, choices)).toBeGreaterThan(0.65);
    expect(await lossOf(multiTaskBc, config, choices)).toBeLessThan(0.2);
  });

  it('is judged by FQE, which tells it its task, and is refused untold', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamo-judged-tasks-'));
    const run = await train(multiTaskBc, dataset, { steps: 400, every: 100, config });
    for await (const _ of run);
    await run.save(folder);
    await run.dispose();
    // Others act at random, and are paid 1 less the square of what is wrong, in episodes of one row.
    const chance = Rng.fromSeed(5);
    const actions = dataset.actions.map(() => chance.uniform(-1, 1));
    const paid = tasks({
      actions,
      rewards: actions.map((action, i) => 1 - (action - dataset.actions[i]!) ** 2),
    });
    const { task, taskClasses, hiddenSize, learningRate } = config;
    const judging = { policy: folder, task, taskClasses, hiddenSize, learningRate };
    const judged = await train(fqe, paid, { steps: 1000, every: 1000, config: judging });
    expect(judged.warnings).toEqual([]);
    for await (const _ of judged);
    const { value, logged } = await judged.result();
    expect(logged!).toBeLessThan(0.7);
    // Who is told the other task is wrong by x, and earns 1 − 1/3. Networks are small, and rows few.
    expect(value).toBeGreaterThan(0.9);
    expect(value).toBeLessThan(1.1);
    await judged.dispose();
    const untold = train(fqe, paid, { steps: 1, config: { policy: folder } });
    await expect(untold).rejects.toThrow(/Expected 1 number, received 3.*`task` and `taskClasses`/);
  });

  it('acts for the task that it is told, in this process, from a checkpoint and as an ONNX file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamo-tasks-'));
    const run = await train(multiTaskBc, dataset, { steps: 400, every: 100, config });
    for await (const _ of run);
    const policy = await run.result();
    expect(policy.observationSpace).toEqual({ kind: 'vector', parts: { task: { start: 1, end: 3 } } });
    policy.reset(3);
    const acted = [...(await policy.act(Float32Array.from(seen.flat()), new Float32Array(3)))];
    expect(acted).toBeAllClose([0.4, -0.4, 0.2], { absolute: 0.05 });

    const file = join(folder, 'end.safetensors');
    saveCheckpoint(file, await run.checkpoint());
    const loaded = await loadResult(multiTaskBc, loadCheckpoint(file), await openDevice('cpu'));
    loaded.reset(3);
    expect([...(await loaded.act(Float32Array.from(seen.flat()), new Float32Array(3)))]).toEqual(acted);
    await run.save(folder);
    const onnx = await runOnnx(readFileSync(join(folder, 'policy.onnx')), {
      observations: seen,
      targetReturn: 0,
    });
    expect([...onnx]).toBeAllClose(acted, { absolute: 1e-6 });
  });

  it('continues from its checkpoint to the same bits, told how many tasks there are', async () => {
    const options = { every: 10, seed: 3 };
    const whole = await train(multiTaskBc, dataset, { ...options, steps: 40, config });
    for await (const _ of whole);
    const half = await train(multiTaskBc, dataset, { ...options, steps: 20, config });
    for await (const _ of half);
    const resumed = await train(multiTaskBc, dataset, {
      ...options,
      steps: 40,
      resume: await half.checkpoint(),
    });
    for await (const _ of resumed);
    expect(await resumed.state()).toEqual(await whole.state());
  });

  it('says so if it is told no task', async () => {
    const run = await train(multiTaskBc, dataset, { steps: 1 });
    expect(run.warnings.map(({ message }) => message).join()).toMatch(
      /Set task \(--task\).*`task`, `direction`/,
    );
  });
});
