/**
 * `pnpm bench:selection [--candidates N] [--demonstrations N] [--steps N] [--width N] [--rounds N]`: how long one choice of a task takes a network, and
 * the memory of the process that makes it.
 */
import { parseArgs } from 'node:util';
import { foresee, multiTaskBc, NeuralLearner, readDemonstrations, selectTasks, train } from '@lamo/algos';
import { type Dataset, Rng, type Task } from '@lamo/core';
import { createDataset, joinDatasets } from '@lamo/data';
import { median } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';

const { values } = parseArgs({
  options: {
    candidates: { type: 'string', default: '100' },
    demonstrations: { type: 'string', default: '200' },
    steps: { type: 'string', default: '100' },
    width: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '9' },
  },
});
const [count, shown, steps, width, rounds] = [
  values.candidates,
  values.demonstrations,
  values.steps,
  values.width,
  values.rounds,
].map(Number) as [number, number, number, number, number];

const SEEN = 10;
const ACTIONS = 3;
const rng = Rng.fromSeed(0);
const tasks: readonly Task[] = Array.from({ length: count }, (_, i) => ({
  name: `task ${i}`,
  code: Array.from({ length: 16 }, () => Math.fround(rng.normal())),
}));

function show(task: Task): Dataset {
  const row = () => [...Array.from({ length: SEEN }, () => rng.normal()), ...task.code];
  return createDataset({
    observations: Array.from({ length: steps }, row),
    observationSpace: { kind: 'vector', parts: { task: { start: SEEN, end: SEEN + task.code.length } } },
    actions: Array.from({ length: steps }, () => Array.from({ length: ACTIONS }, () => rng.uniform(-1, 1))),
    rewards: new Float32Array(steps),
    terminated: Array.from({ length: steps }, (_, i) => i === steps - 1),
  });
}

const demonstrations = Array.from({ length: shown }, (_, i) => {
  const task = tasks[i % count]!;
  return { task, dataset: show(task) };
});
const device = await openDevice('cpu', { threads: 1 });
const dataset = joinDatasets(
  'shown',
  demonstrations.map((demonstration) => demonstration.dataset),
);
const config = { task: 'task', normaliseTask: false, layerNorm: true, hiddenSize: width };
const run = await train(multiTaskBc, dataset, { steps: 1, config, device });
for await (const _ of run);
const learner = await NeuralLearner.open({ pretrained: await run.checkpoint(), device });
// As in a run: those that the network never learned say what there is to be seen, the first of each task.
const examples = demonstrations
  .slice(0, count)
  .flatMap(({ task, dataset }) => readDemonstrations(dataset, task, 'task'));

const seconds: number[] = [];
const processor: number[] = [];
for (let round = 0; round < rounds; round++) {
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  const outlook = await foresee(learner, {
    candidates: tasks,
    targets: tasks.map((task) => ({ task })),
    examples,
    weighting: 'same-task',
    frames: 24,
    trajectories: 3,
  });
  selectTasks({ ...outlook, criterion: learner.criterion });
  seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  const { user, system } = process.cpuUsage(used);
  processor.push((user + system) / 1e6);
}
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  `one of ${count} tasks, ${shown} demonstrations of ${steps} steps, width ${width}: ${median(seconds).toFixed(2)} s, ${median(processor).toFixed(2)} s of processor time (medians of ${rounds}), ${megabytes.toFixed(0)} MB at most, training included`,
);
