import type { Policy } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import type { Demonstration, LabelledRows } from './demonstration';
import type { Kernel } from './kernel';

/** Which belief a selection goes by: that of the learner, or one that only knows how alike states are. */
export type Belief = 'own' | 'features';

/** What a learner believes after its last lesson. */
export interface Beliefs<Points> {
  /** How much knowing the expert's action at some pairs says about others. */
  readonly kernel: Kernel<Points>;
  /** Variance of what a demonstration shows, in its units. */
  readonly noise: number;
  /** What was looked at to believe it, as the kernel takes it. */
  readonly judged: Points;
  /** Pairs of states and tasks as the kernel takes them. */
  look(rows: LabelledRows): Promise<Points>;
}

/**
 * A policy for several tasks that learns from demonstrations and knows what it does not know.
 *
 * @typeParam Points how its kernel takes pairs of states and tasks
 */
export interface ActiveLearner<Points> {
  /** The part of observations that says the task. */
  readonly part: string;
  /** What selections reduce: see `selectTasks`. */
  readonly criterion: 'entropy' | 'variance';
  /**
   * Whether its beliefs know all demonstrations, or all but the first ones: it then goes by those, as what is known by heart is wrong
   * nowhere.
   */
  readonly believes: 'all' | 'all-but-first';
  /**
   * Learns from all demonstrations so far.
   *
   * @param round how many lessons there were before: it decides what is drawn
   */
  learn(demonstrations: readonly Demonstration[], round: number): Promise<void>;
  /** Refuses what it could not learn from. @default it can learn from anything @throws LamoError */
  check?(demonstration: Demonstration): void;
  /**
   * What it believes, for selections.
   *
   * @param rows what is looked at: their mean variance is the unit of kernels that have none
   */
  beliefs(rows: LabelledRows, belief?: Belief): Promise<Beliefs<Points>>;
  /** log π(aₜ | sₜ, c) of each row, [n] */
  logDensities(rows: LabelledRows): Promise<Float64Array>;
  /** How far it is from the expert in these rows: a squared distance of actions, or −log π, [n]. */
  losses(rows: LabelledRows): Promise<Float64Array>;
  /** How sure it is of its own actions in these rows when parts of it are left out, [n]: variances. @default it cannot tell */
  dropoutVariances?(rows: LabelledRows): Promise<Float64Array>;
  /** How it acts now. */
  policy(): Policy | Promise<Policy>;
  /** Everything that a later lesson depends on. @default lessons depend on the demonstrations alone */
  state?(): Tree<HostArray>;
}
