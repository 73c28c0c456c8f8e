import { ActiveFineTuning, findSelectionRule, multiTaskBc, NeuralLearner, train } from '@lamo/algos';
import { demonstrate, demonstrateTasks, evaluateTasks, findTaskSet, mean, type TaskSet } from '@lamo/eval';
import { type Checkpoint, type Device, openDevice } from '@lamo/runtime';

/** What a study fixes. */
export interface TasksStudy {
  /** A task set. */
  readonly set: string;
  /** Width of the two hidden layers. */
  readonly hiddenSize: number;
  readonly learningRate: number;
  /** Steps before the first round, and of a round. */
  readonly pretrainingSteps: number;
  readonly steps: number;
  /** Rounds after each task was asked for once. */
  readonly rounds: number;
  /** Episodes of each task in an evaluation. */
  readonly episodes: number;
}

/** One run. */
export interface TasksRun {
  readonly rule: string;
  /** β of the adaptive prior; null without it. */
  readonly beta: number | null;
  /** Demonstrations of each task before the first round. */
  readonly before: readonly number[];
  readonly seed: number;
  /** Mean success over the tasks after each round, from before the first on; those of the warm start among them. */
  readonly successes: readonly number[];
  /** Positions of the tasks that were asked for. */
  readonly asked: readonly number[];
  /** Mean weight of what was fine-tuned, over the tasks, after each round. */
  readonly mixing: readonly number[];
}

const round = (value: number) => Number(value.toFixed(4));

/** Fine-tunes one policy from one demonstration to the next. */
export async function runTasks(
  study: TasksStudy,
  { rule, beta, before, seed }: Pick<TasksRun, 'rule' | 'beta' | 'before' | 'seed'>,
): Promise<TasksRun> {
  const set = findTaskSet(study.set);
  const device = await openDevice('cpu', { threads: 1 });
  const pretrained = await pretrain(study, set, before, seed, device);
  const { steps, learningRate, episodes } = study;
  const learner = await NeuralLearner.open({
    pretrained,
    device,
    seed,
    steps,
    learningRate,
    beta,
    batchSize: 64,
  });
  const tuning = new ActiveFineTuning({
    learner,
    targets: set.tasks.map((task) => ({ task })),
    rule: findSelectionRule(rule),
    pretrained: before,
    seed,
  });
  const judge = async () => {
    const results = await evaluateTasks(learner.policy(), set, { episodes, batch: episodes, seed });
    return round(mean(results.flatMap(({ successes }) => successes!.map(Number))));
  };
  const successes = [await judge()];
  const mixing: number[] = [];
  for (let i = 0; i < set.tasks.length + study.rounds; i++) {
    const { tasks } = await tuning.ask();
    await tuning.tell([await demonstrate(set, tasks[0]!, tuning.requestFor(i))]);
    successes.push(await judge());
    mixing.push(round(mean(learner.mixing.map(({ weight }) => weight))));
  }
  await learner.dispose();
  const asked = tuning.rounds.flatMap(({ tasks }) => tasks.map((task) => set.tasks.indexOf(task)));
  return { rule, beta, before, seed, successes, asked, mixing };
}

async function pretrain(
  { hiddenSize, learningRate, pretrainingSteps }: TasksStudy,
  set: TaskSet,
  before: readonly number[],
  seed: number,
  device: Device,
): Promise<Checkpoint> {
  const config = {
    task: set.part,
    normaliseTask: false,
    layerNorm: true,
    hiddenSize,
    learningRate,
    batchSize: 64,
  };
  const dataset = await demonstrateTasks(set, before, seed);
  const run = await train(multiTaskBc, dataset, {
    steps: pretrainingSteps,
    every: pretrainingSteps,
    seed,
    config,
    device,
  });
  for await (const _ of run);
  const checkpoint = await run.checkpoint();
  await run.dispose();
  return checkpoint;
}
