import type { Task } from '@lamo/core';
import { isSameTask } from '../foresee';
import { highest, type RuleContext, type SelectionRule } from './rule';

/** By what share the losses fell in each round that asked for a task: between −1 and 1. */
function progress({ history }: Pick<RuleContext, 'history'>, task: Task): number[] {
  return history.flatMap(({ asked, losses }, round) => {
    const before = history[round - 1]?.losses;
    if (before === undefined || !asked.some((other) => isSameTask(other, task))) return [];
    const names = Object.keys(before).filter((name) => name in losses);
    const sum = (of: Readonly<Record<string, number>>) => names.reduce((total, name) => total + of[name]!, 0);
    return sum(before) > 0 ? [Math.max(-1, 1 - sum(losses) / sum(before))] : [];
  });
}

/** Ours: tasks are the arms of a bandit, and what they pay is how far losses fall. Auer et al. 2002, UCB1. */
export const bandit: SelectionRule = {
  name: 'bandit',
  description: 'asks for the task that made losses fall most when it was asked for (UCB1)',
  unit: 'upper bound of the share by which losses fall',
  needsDemonstrations: true,
  async choose(context) {
    const { candidates, history, count } = context;
    const values = candidates.map((task) => {
      const paid = progress(context, task);
      if (paid.length === 0) return Number.POSITIVE_INFINITY;
      const mean = paid.reduce((sum, share) => sum + share, 0) / paid.length;
      return mean + Math.sqrt((2 * Math.log(history.length)) / paid.length);
    });
    return highest(values, count);
  },
};
