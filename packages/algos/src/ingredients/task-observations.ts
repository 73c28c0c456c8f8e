import { type Dataset, type DatasetWarning, LamoError } from '@lamo/core';
import { infoField, isClass, observationParts, vectorObservations } from '@lamo/data';
import type { ObservationScaler } from '@lamo/models';
import { type HostArray, hostArray } from '@lamo/runtime';
import { z } from 'zod';
import type { DataKind } from '../engine/data-kind';
import { type DatasetSpec, datasetKind } from '../kinds/dataset';
import { fitObservationScaler } from './observation-scaler';

const WHERE = 'algos/task';

/** Settings of an algorithm whose policy is told its task. */
export const taskConfig = {
  task: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'What says the task: a column of infos, which joins the observations, or a part of them by its name',
    ),
  taskClasses: z
    .int()
    .min(2)
    .nullable()
    .default(null)
    .describe(
      'How many tasks there are, if that column has their numbers, from 0; a column for each joins the observations',
    ),
};

/** A setting of those that are trained further on tasks that they do not know yet. */
export const normaliseTaskConfig = {
  normaliseTask: z
    .boolean()
    .default(true)
    .describe(
      'Standardise the task’s columns as the others, unless they are for single tasks; if not, other tasks than those in the data are told as they are',
    ),
};

/** The values of {@link taskConfig}. */
type TaskConfig = z.infer<z.ZodObject<typeof taskConfig>>;

/**
 * Logged decisions whose observations say the task: [what was observed, task], with the task as a named part. Datasets,
 * environments, ONNX files and evaluations then know one observation, as always; `observationPart` reads the task of it.
 */
export const toldTaskKind: DataKind<Dataset, DatasetSpec> = {
  ...datasetKind,
  sizes: (dataset, config) => datasetKind.sizes(withTaskSpace(dataset, config as TaskConfig), config),
  spec: (dataset, config) => datasetKind.spec(withTaskSpace(dataset, config as TaskConfig), config),
  prepare(dataset, config) {
    const settings = config as TaskConfig;
    const prepared = datasetKind.prepare(joinTask(dataset, settings), config);
    return { ...prepared, warnings: [...prepared.warnings, ...numberWarnings(dataset, settings)] };
  },
};

/** The same for algorithms that learn several tasks: they warn if no task is said. */
export const taskDatasetKind: DataKind<Dataset, DatasetSpec> = {
  ...toldTaskKind,
  prepare(dataset, config) {
    const prepared = toldTaskKind.prepare(dataset, config);
    return {
      ...prepared,
      warnings: [...prepared.warnings, ...untoldWarnings(dataset, config as TaskConfig)],
    };
  },
};

/** The name of the part that a column of infos becomes: names of parts have letters, digits, - and _. */
export const partName = (task: string) => task.replaceAll(/[^\w-]/g, '-');

/**
 * Copies a dataset with its task behind its observations, as a named part; as it is where the observations have that part
 * already, or no task is said. What is observed next is of the same task.
 *
 * @throws LamoError `unknown-field`, `not-finite`, `not-a-class`, `image-observations`, `invalid-config`
 */
export function joinTask(dataset: Dataset, config: TaskConfig): Dataset {
  const task = readTask(dataset, config);
  if (task === undefined) return dataset;
  const { observationSize, nextObservations } = dataset;
  const space = taskSpace(dataset, config, task);
  const size = space.observationSize;
  const observations = vectorObservations(dataset, WHERE, 'joining a task');
  const join = (from: ArrayLike<number>) => {
    const joined = new Float32Array(dataset.size * size);
    for (let row = 0; row < dataset.size; row++) {
      for (let i = 0; i < observationSize; i++) joined[row * size + i] = from[row * observationSize + i]!;
      task.write(row, joined, row * size + observationSize);
    }
    return joined;
  };
  return {
    ...dataset,
    ...space,
    observations: join(observations),
    ...(nextObservations ? { nextObservations: join(nextObservations) } : {}),
  };
}

/** What observations are with their task behind them. */
function taskSpace(dataset: Dataset, config: TaskConfig, { width }: Task) {
  const { observationSize: start } = dataset;
  const name = partName(config.task!);
  const earlier = observationParts(dataset);
  if (Object.hasOwn(earlier, name))
    throw invalid('task', `the observations have other columns of the name '${name}'`, config.task!);
  const parts = { ...earlier, [name]: { start, end: start + width } };
  return { observationSize: start + width, observationSpace: { kind: 'vector', parts } } as const;
}

/** A dataset that says what {@link joinTask} makes of its observations; they themselves are as they were. */
function withTaskSpace(dataset: Dataset, config: TaskConfig): Dataset {
  const task = readTask(dataset, config);
  return task === undefined ? dataset : { ...dataset, ...taskSpace(dataset, config, task) };
}

/** The columns that join the observations. */
interface Task {
  readonly width: number;
  write(row: number, into: Float32Array, at: number): void;
}

function readTask(dataset: Dataset, { task, taskClasses }: TaskConfig): Task | undefined {
  const isPart = task !== null && Object.hasOwn(observationParts(dataset), task);
  if (task === null || isPart) {
    if (taskClasses === null) return undefined;
    throw invalid(
      'taskClasses',
      isPart ? 'the observations have columns for the task already' : 'no task is said',
    );
  }
  const { data, width } = infoField(WHERE, dataset, `infos/${task}`);
  if (taskClasses === null) {
    return {
      width,
      write: (row, into, at) => {
        for (let i = 0; i < width; i++) into[at + i] = data[row * width + i]!;
      },
    };
  }
  if (width !== 1)
    throw invalid('taskClasses', `infos/${task} has ${width} numbers for each row, not that of a task`);
  const wrong = data.findIndex((value) => !isClass(value, taskClasses));
  if (wrong >= 0) throw notATask(dataset.name, task, taskClasses, wrong, data[wrong]!);
  return {
    width: taskClasses,
    write: (row, into, at) => {
      into[at + data[row]!] = 1;
    },
  };
}

/**
 * Fits the scaler of observations with their task. Columns for single tasks stay 0 and 1: the rarer a task, the larger its
 * column would become.
 */
export function fitTaskScaler(
  dataset: Dataset,
  config: TaskConfig & { readonly normaliseObservations: boolean; readonly normaliseTask?: boolean },
): ObservationScaler<HostArray> {
  const scaler = fitObservationScaler(dataset, config);
  if (config.task === null || (config.taskClasses === null && config.normaliseTask !== false)) return scaler;
  const { start, end } = observationParts(dataset)[partName(config.task)]!;
  const plain = ({ shape, data }: HostArray, value: number) =>
    hostArray(shape, data.slice().fill(value, start, end));
  return { mean: plain(scaler.mean, 0), standardDeviation: plain(scaler.standardDeviation, 1) };
}

function untoldWarnings(dataset: Dataset, { task }: TaskConfig): DatasetWarning[] {
  if (task !== null) return [];
  const names = Object.keys(dataset.infos).map((name) => `\`${name}\``);
  const fact = `Nothing says which columns of \`${dataset.name}\` are the task, so that the policy is told it only if the observations show it`;
  const hint = names.length === 0 ? '' : ` It may be one of the extra columns: ${names.join(', ')}.`;
  return [{ code: 'no-task', message: `${fact}. Set task (--task).${hint}` }];
}

/** Numbers of tasks that are taken for amounts. */
function numberWarnings(dataset: Dataset, { task, taskClasses }: TaskConfig): DatasetWarning[] {
  if (task === null) return [];
  const info = dataset.infos[task];
  const isNumber =
    info?.width === 1 && taskClasses === null && !Object.hasOwn(observationParts(dataset), task);
  if (!isNumber || !info.data.every((value) => Number.isInteger(value))) return [];
  const fact = `All tasks of \`${dataset.name}\` (infos/${task}) are whole numbers, and are taken for amounts`;
  const hint = 'If they are the numbers of tasks, set taskClasses (--task-classes) to how many there are.';
  return [{ code: 'whole-number-tasks', message: `${fact}. ${hint}` }];
}

function invalid(setting: string, reason: string, received = 'a number of tasks'): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'invalid-config',
    problem: `The setting '${setting}' does not fit the data: ${reason}`,
    expected: `no '${setting}'`,
    received,
  });
}

function notATask(name: string, task: string, count: number, row: number, received: number): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'not-a-class',
    problem: `infos/${task} of \`${name}\` has something other than the number of a task in row ${row}`,
    expected: `a whole number from 0 to ${count - 1} (taskClasses)`,
    received: String(received),
  });
}
