import type { Rng, Task } from '@lamo/core';
import type { Demonstration } from './demonstration';
import type { TargetTask } from './foresee';
import type { ActiveLearner } from './learner';
import type { PastRound, SelectionRule } from './rules/rule';

/** Settings of `ActiveFineTuning`. */
export interface ActiveFineTuningOptions<Points> {
  /** Who learns. */
  readonly learner: ActiveLearner<Points>;
  /** What the policy is judged on. */
  readonly targets: readonly TargetTask[];
  /** What can be asked for: tasks, or a way to draw some. @default the targets */
  readonly candidates?: readonly Task[] | CandidateDraw;
  /** How tasks are chosen. */
  readonly rule: SelectionRule;
  /** Tasks to ask for in a round. @default 1 */
  readonly perRound?: number;
  /** Seeds the rule, what is drawn, and the expert’s requests. @default 0 */
  readonly seed?: number;
  /**
   * Demonstrations of before the first round, if they are at hand: they say what there is to be seen.
   * @default none, as whoever has a policy rarely has what it learned from
   */
  readonly earlier?: readonly Demonstration[];
  /** See `Outlook`. @default `same-task` for tasks that are listed, `likelihood` for tasks that are drawn */
  readonly weighting?: 'same-task' | 'likelihood';
  /**
   * How many demonstrations are asked for before a rule chooses: listed candidates in their order, or draws.
   * @default each candidate once; 3 draws
   */
  readonly warmStart?: number;
  /** See `Outlook`. @default 24 */
  readonly frames?: number;
  /** See `Outlook`. @default 3 for tasks that are listed, 10 for tasks that are drawn */
  readonly trajectories?: number;
  /** Rows of a demonstration at most. @default any number */
  readonly maxSteps?: number;
  /** See `RuleContext`: only for privileged rules. */
  readonly pretrained?: readonly number[];
}

/** Tasks without end: candidates are drawn anew in each round. */
export interface CandidateDraw {
  /** How many to choose among. The paper draws 100. */
  readonly count: number;
  /** Draws one. */
  readonly draw: (rng: Rng) => Task;
}

/** What a round asks for. */
export interface Question {
  /** Which round this is, from 0. */
  readonly round: number;
  /** What to show, in this order. */
  readonly tasks: readonly Task[];
  /** What the rule chose among. */
  readonly candidates: readonly Task[];
  /** [candidates] what the rule went by, the largest one first chosen; none where it compares nothing, or for the first demonstrations. */
  readonly values?: readonly number[];
  /** Whether these are the first demonstrations, that no rule chooses. */
  readonly isWarmStart: boolean;
}

/** A round that is answered and learned from. */
export interface ActiveRound extends Question, PastRound {
  /** All demonstrations so far. */
  readonly demonstrations: readonly Demonstration[];
}

/** What somebody who shows a task is told beside it. */
export interface DemonstrationRequest {
  /** For what they draw: another one for each demonstration, the same in a run that is repeated. */
  readonly seed: number;
}
