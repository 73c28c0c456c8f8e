import { mutate } from '../mutant';

/** Faults of observations that say their task. */
export const tasks = mutate(
  'packages/algos/src/ingredients/task-observations.ts',
  ['task-observations.test', 'multi-task-bc.test'],
  [
    ['all rows are of the first task', 'into[at + data[row]!] = 1', 'into[at] = 1'],
    ['what is observed next is of no task', 'nextObservations: join(nextObservations)', 'nextObservations'],
    [
      'columns for tasks are standardised',
      'config.taskClasses === null && config.normaliseTask !== false',
      'true',
    ],
    [
      'the spec is of observations without their task',
      'datasetKind.spec(withTaskSpace(dataset, config as TaskConfig), config)',
      'datasetKind.spec(dataset, config)',
    ],
    ['whoever learns several tasks is not warned', 'if (task !== null) return [];', 'return [];'],
  ],
);
