import { expect } from 'vitest';
import type { Check } from './check';
import { playToy } from './play-toy';
import { withLoaded } from './policy-checks';
import { trainingChecks } from './training-checks';

/** What an algorithm that says it can choose between classes must do with them, in addition to what its policy must do. */
export const classChecks = {
  'trains, and every number stays finite': trainingChecks['trains, and every number stays finite'],
  'learns: its loss falls': trainingChecks['learns: its loss falls'],
  'repeats a training exactly for the same seed':
    trainingChecks['repeats a training exactly for the same seed'],
  'gives the same result step by step and in blocks, and reports means':
    trainingChecks['gives the same result step by step and in blocks, and reports means'],
  'continues from a saved checkpoint as if it had not stopped':
    trainingChecks['continues from a saved checkpoint as if it had not stopped'],
  'trains every group of parameters but the frozen one':
    trainingChecks['trains every group of parameters but the frozen one'],

  'describes every metric that it reports': async ({ algorithm, whole }) => {
    const reported = new Set((await whole()).steps.flatMap(({ metrics }) => Object.keys(metrics)));
    for (const metric of reported)
      expect(Object.keys(algorithm.metrics), `the metric '${metric}' is not described`).toContain(metric);
  },

  'returns classes, and not always the same one': async (subject) => {
    const { checkpoint } = await subject.long();
    await withLoaded(subject, checkpoint, async (policy) => {
      expect(policy.actionSpace).toEqual(subject.dataset.actionSpace);
      const chosen = new Set((await playToy(policy, [0, 1, 2, 3, 4, 5])).flat());
      expect([...chosen].filter((action) => ![0, 1, 2, 3].includes(action))).toEqual([]);
      expect(chosen.size, 'The policy chooses the same class everywhere').toBeGreaterThan(1);
    });
  },
} as const satisfies Readonly<Record<string, Check>>;
