import type { Rng, Task } from '@lamo/core';
import type { Demonstration } from '../demonstration';
import type { Outlook } from '../foresee';
import type { ActiveLearner } from '../learner';

/** What a rule may look at. */
export interface RuleContext<Points = unknown> extends Outlook {
  /** Who learns. */
  readonly learner: ActiveLearner<Points>;
  /** Everything that was shown. */
  readonly demonstrations: readonly Demonstration[];
  /** How many tasks to choose. */
  readonly count: number;
  /** A stream of its own for each rule and round: what one draws does not depend on the others. */
  readonly rng: Rng;
  /**
   * How many demonstrations of each candidate the policy had seen before the first round. Only privileged rules look at it.
   * @default nobody knows
   */
  readonly pretrained?: readonly number[];
  /** What earlier rounds asked for, and how far the learner was from the expert after each. */
  readonly history: readonly PastRound[];
}

/** A round that is over. */
export interface PastRound {
  /** What was asked for. */
  readonly asked: readonly Task[];
  /** Mean losses of the tasks that had demonstrations then, by name. */
  readonly losses: Readonly<Record<string, number>>;
}

/** What a rule chose, and why. */
export interface Choice {
  /** Positions among the candidates, in the order of choice. */
  readonly candidates: readonly number[];
  /** [candidates] what it went by for the first choice: the largest one is chosen. @default the rule does not compare tasks */
  readonly values?: readonly number[];
}

/** A way to choose the tasks to ask for. */
export interface SelectionRule {
  /** On the command line: `amf`. */
  readonly name: string;
  /** What it asks for, in a few words. */
  readonly description: string;
  /** What its values are, for people. @default it has none */
  readonly unit?: string;
  /** Whether it goes by demonstrations of every candidate: each has to be asked for once. */
  readonly needsDemonstrations: boolean;
  /** Whether it has to be told how often each candidate was shown before the first round: `pretrained`. @default false */
  readonly needsCounts?: boolean;
  /** Chooses among the candidates. */
  choose<Points>(context: RuleContext<Points>): Promise<Choice>;
}

/** Asks for the tasks with the highest values, each once before any comes twice. */
export function highest(values: readonly number[], count: number): Choice {
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  return { candidates: Array.from({ length: count }, (_, i) => order[i % order.length]!), values };
}
