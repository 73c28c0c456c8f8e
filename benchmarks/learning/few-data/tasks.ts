/** Data that `lamo collect` makes, and where the policies that learn from them are judged. */
export interface Task {
  readonly environment: string;
  /** Options of `lamo collect`. */
  readonly collect: readonly string[];
  /** Returns to ask sequence models for. */
  readonly targets: readonly number[];
  readonly returnScale: number;
  /** Further settings of sequence models. */
  readonly sequences?: readonly string[];
}

/** LaMo's tasks, as far as their data can be made on the spot, and that of the quickstart. */
export const TASKS: Readonly<Record<string, Task>> = {
  'halfcheetah-random-medium': {
    environment: 'halfcheetah-v4',
    collect: ['--quality', 'random-medium', '--rows', '10000'],
    targets: [4000],
    returnScale: 1000,
  },
  'hopper-medium': {
    environment: 'hopper-v4',
    collect: ['--quality', 'medium', '--rows', '60000'],
    targets: [1800, 3600],
    returnScale: 1000,
  },
  reacher2d: {
    environment: 'reacher2d-v1',
    collect: ['--rows', '100000'],
    targets: [40, 76],
    returnScale: 10,
  },
  'maze2d-medium': {
    environment: 'maze2d-medium-v1',
    collect: ['--rows', '200000'],
    targets: [100, 200],
    returnScale: 100,
  },
  'kitchen-mixed': {
    environment: 'kitchen-mixed-v0',
    collect: ['--rows', '100000'],
    targets: [3, 4],
    returnScale: 1,
    sequences: ['--rewards', 'first-completion'],
  },
};
