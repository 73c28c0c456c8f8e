import { selectionRules } from '@lamo/algos';
import type { TasksRun, TasksStudy } from './tasks-run';

/** One row of a table: how runs of it are made, but for the seed. */
export type Arm = Pick<TasksRun, 'rule' | 'beta' | 'before'>;

/** A study, and what it compares. */
export interface NamedStudy {
  readonly study: TasksStudy;
  readonly arms: readonly Arm[];
}

/** The paper’s. */
export const BETA = 0.01;
/** Above what the noise of swirl's expert amounts to: about 6 rows · 2 components · 0.1². */
export const HIGH_BETA = 0.2;

/** Every rule where half of the tasks were never seen; and with all of them seen alike, where no rule should matter. */
function arms(mismatched: readonly number[], matched: readonly number[]): Arm[] {
  const rules = selectionRules.map(({ name }) => name);
  return [
    { rule: 'uniform', beta: HIGH_BETA, before: matched },
    { rule: 'uniform', beta: HIGH_BETA, before: mismatched },
    ...rules.map((rule) => ({ rule, beta: BETA, before: mismatched })),
    ...['uniform', 'amf'].flatMap((rule) => [
      { rule, beta: null, before: mismatched },
      { rule, beta: BETA, before: matched },
      { rule, beta: null, before: matched },
    ]),
  ];
}

/** Studies by the name of their task set. */
export const STUDIES: Readonly<Record<string, NamedStudy>> = {
  swirl: {
    study: {
      set: 'swirl',
      hiddenSize: 64,
      learningRate: 1e-3,
      pretrainingSteps: 2000,
      steps: 300,
      rounds: 12,
      episodes: 20,
    },
    arms: arms([6, 6, 6, 6, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3, 3, 3]),
  },
  reacher2d: {
    study: {
      set: 'reacher2d',
      hiddenSize: 64,
      learningRate: 1e-3,
      pretrainingSteps: 2000,
      steps: 300,
      rounds: 12,
      episodes: 10,
    },
    arms: arms([6, 6, 6, 6, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3, 3, 3]),
  },
};
