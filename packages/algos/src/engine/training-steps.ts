import type { HostArray, Tree } from '@lamo/runtime';

/** Metrics of one step, by name. */
export type StepMetrics = Readonly<Record<string, number>>;

/** Steps, ready to run on a device, which holds the state. */
export interface TrainingSteps {
  /** How many steps {@link run} should take next, from 1 to `most`. @param taken steps taken so far */
  next(taken: number, most: number): number;
  /** Draws batches, takes so many steps, and returns the metrics of each. */
  run(count: number, taken: number): Promise<StepMetrics[]>;
  /** Copies the state out. */
  readState(): Promise<Tree<HostArray>>;
  /** Replaces the state. @throws LamoError `state-mismatch` if paths or shapes differ */
  writeState(state: Tree<HostArray>): Promise<void>;
  /** Frees what the device holds. */
  dispose(): Promise<void>;
}
