/** Ask for the demonstrations that teach most: an expert that is a function, and a policy that knows two of six machines. */
import { ActiveFineTuning, findSelectionRule, multiTaskBc, NeuralLearner, train } from '@lamo/algos';
import { type Dataset, Rng, type Task } from '@lamo/core';
import { createDataset, joinDatasets } from '@lamo/data';
import { openDevice } from '@lamo/runtime';

const steps = Number(process.argv[2] ?? 400);

// Six machines, each to be steered in a way of its own. A policy is told which one it is by a 1 among zeros.
const gains = [0.9, -0.8, 0.5, -0.3, 0.1, -0.6];
const machines: readonly Task[] = gains.map((_, i) => ({
  name: `machine ${i + 1}`,
  code: gains.map((__, k) => Number(k === i)),
}));

/** What the expert does: twenty rows of one machine, whose deviation is answered by its gain. */
function show(machine: Task, seed: number): Dataset {
  const rng = Rng.fromSeed(seed).split(machine.name);
  const deviations = Array.from({ length: 20 }, () => rng.uniform(-1, 1));
  const gain = gains[machines.indexOf(machine)]!;
  return createDataset({
    name: machine.name,
    observations: deviations.map((deviation) => [deviation, ...machine.code]),
    observationSpace: { kind: 'vector', parts: { machine: { start: 1, end: 1 + gains.length } } },
    actions: deviations.map((deviation) => [gain * deviation]),
    rewards: deviations.map(() => 0),
    terminated: deviations.map((_, row) => row === 19),
  });
}

// The policy that there is: it has seen the first two machines often, and no other.
const before = joinDatasets(
  'before',
  [0, 1, 2, 3].flatMap((seed) => machines.slice(0, 2).map((machine) => show(machine, seed))),
);
const device = await openDevice('cpu');
const config = { task: 'machine', normaliseTask: false, hiddenSize: 32, batchSize: 32, learningRate: 3e-3 };
const run = await train(multiTaskBc, before, { steps, every: steps, config, device });
for await (const _ of run);
const learner = await NeuralLearner.open({ ...config, pretrained: await run.checkpoint(), device, steps });

const tuning = new ActiveFineTuning({
  learner,
  targets: machines.map((task) => ({ task })),
  rule: findSelectionRule('amf'),
});
for (let round = 0; round < 12; round++) {
  const { tasks, isWarmStart } = await tuning.ask();
  const { losses } = await tuning.tell(tasks.map((task, i) => show(task, tuning.requestFor(round + i).seed)));
  const worst = Math.max(...Object.values(losses));
  console.log(`${tasks[0]!.name}${isWarmStart ? ' (each once)' : ''}: largest loss ${worst.toFixed(4)}`);
}
await learner.dispose();
await run.dispose();
