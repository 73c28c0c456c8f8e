import { LamoError } from '@lamo/core';
import { isSameTask } from '../foresee';
import type { SelectionRule } from './rule';

/** Draws tasks. The stream is its own, so that seeds are pairs: other rules do not shift it. */
export const uniform: SelectionRule = {
  name: 'uniform',
  description: 'draws tasks, all equally often',
  needsDemonstrations: false,
  choose: async ({ candidates, count, rng }) => ({
    candidates: Array.from({ length: count }, () => rng.integer(candidates.length)),
  }),
};

/** Takes turns. */
export const roundRobin: SelectionRule = {
  name: 'round-robin',
  description: 'asks for one task after the other',
  needsDemonstrations: false,
  choose: async ({ candidates, demonstrations, count }) => ({
    candidates: Array.from({ length: count }, (_, i) => (demonstrations.length + i) % candidates.length),
  }),
};

/** Bagatella et al. 2025, Section 5, “rebalancing”: privileged, as it knows what the policy was trained on. */
export const fewestDemonstrations: SelectionRule = {
  name: 'fewest-demonstrations',
  description: 'asks for the task with the fewest demonstrations, counting those before the first round',
  unit: 'demonstrations, negative',
  needsDemonstrations: false,
  needsCounts: true,
  async choose({ candidates, demonstrations, pretrained, count }) {
    if (pretrained?.length !== candidates.length) throw notTold(candidates.length, pretrained?.length);
    const counts = candidates.map(
      (task, i) => pretrained[i]! + demonstrations.filter((shown) => isSameTask(shown.task, task)).length,
    );
    const values = counts.map((known) => -known);
    const chosen = Array.from({ length: count }, () => {
      const next = counts.indexOf(Math.min(...counts));
      counts[next]! += 1;
      return next;
    });
    return { candidates: chosen, values };
  },
};

function notTold(expected: number, received = 0): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'no-pretrained-counts',
    problem:
      'The rule fewest-demonstrations has to be told how often each task was shown before the first round',
    expected: `${expected} counts in \`pretrained\``,
    received: String(received),
    hint: 'Give them, or choose another rule: the others do not need to know.',
  });
}
