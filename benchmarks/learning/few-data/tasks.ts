/** Data that `lamo collect` makes, and where the policies that learn from them are judged. */
export interface Task {
  readonly environment: string;
  /** Options of `lamo collect`. */
  readonly collect: readonly string[];
  /** Return to ask sequence models for: about the best in the data. */
  readonly target: number;
  readonly returnScale: number;
  /** Further settings of sequence models. */
  readonly sequences?: readonly string[];
}

/** LaMo's tasks, as far as their data can be made on the spot, and mazes, which speak against it. */
export const TASKS: Readonly<Record<string, Task>> = {
  'hopper-medium': {
    environment: 'hopper-v4',
    collect: ['--quality', 'medium', '--rows', '200000'],
    target: 1800,
    returnScale: 1000,
  },
  'kitchen-mixed': {
    environment: 'kitchen-mixed-v0',
    collect: ['--rows', '100000'],
    target: 4,
    returnScale: 1,
    sequences: ['--rewards', 'first-completion'],
  },
  reacher2d: {
    environment: 'reacher2d-v1',
    collect: ['--rows', '100000'],
    target: 76,
    returnScale: 10,
  },
  'maze2d-medium': {
    environment: 'maze2d-medium-v1',
    collect: ['--rows', '200000'],
    target: 45,
    returnScale: 10,
  },
};
