import type { Estimate } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { z } from 'zod';
import { describeEstimate, describeSeeds } from './describe-estimates';
import { estimatesOf } from './estimate-records';
import { appendJsonLine, keepJsonLines, readJsonLines } from './json-lines';
import { checkLock } from './lock-run';
import type { RunManifest } from './manifest';
import type { OpenRun } from './open-run';
import type { DatasetFields } from './policy-manifest';
import { appendTiming, readMetrics } from './run-files';
import type { ResultSide } from './side';
import { startStopwatch } from './stopwatch';

/** How a policy is judged while a run trains. */
export interface EstimationPlan {
  /** Steps between estimates; the last step always has one. */
  readonly every: number;
  /** SHA-256 of the file of the policy, whose path is a setting. */
  readonly policy: string;
}

/** What a manifest says of how estimates are made. */
export interface EstimateFields {
  readonly estimation: EstimationPlan;
}

/** What the manifest of a run that judges a policy is. */
export type EstimateManifest = RunManifest & DatasetFields & EstimateFields;

const planOf = (manifest: RunManifest) => (manifest as EstimateManifest).estimation;

/** Runs that end with an estimate of what a policy is worth, and make some on their way. */
export const estimateSide: ResultSide = {
  fields: { estimation: z.looseObject({ every: z.int().positive(), policy: z.string().min(1) }) },
  records: 'estimates.jsonl',
  plan: ({ estimateEvery }) => ({
    every: estimateEvery!,
    settings: { estimateEvery },
    async describe(training) {
      const { policy } = (await training.result()) as Estimate;
      return { estimation: { every: estimateEvery!, policy } };
    },
  }),
  settings: (manifest) => ({ estimateEvery: planOf(manifest).every }),
  every: (manifest) => planOf(manifest).every,
  // A checkpoint knows its policy; a run that was stopped before the first one does not.
  async checkResumed(manifest, training) {
    const { policy } = (await training.result()) as Estimate;
    if (policy !== planOf(manifest).policy) throw otherPolicy(planOf(manifest).policy, policy);
  },
  pathIn: ({ estimate }) => estimate,
  checkFiles: (folder) => void readJsonLines(estimatesOf(folder)),
  rewind: (folder, last) => keepJsonLines(estimatesOf(folder), ({ step }) => step <= last),
  visits(run, _opened, _device, observer) {
    const { folder, manifest, training } = run as OpenRun<Estimate>;
    const { every } = planOf(manifest);
    const isDue = (step: number) => step > 0 && (step % every === 0 || step === manifest.steps);
    const isMade = (step: number) =>
      readJsonLines(estimatesOf(folder)).some((record) => record.step === step);
    return {
      isDue,
      async visit(step) {
        if (!isDue(step) || isMade(step)) return;
        observer.onEstimateStart?.(step);
        const clock = startStopwatch();
        const estimate = await training.result();
        const record = { step, ...estimate };
        checkLock(folder.path);
        appendJsonLine(estimatesOf(folder), record);
        appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
        observer.onEstimate?.(record);
      },
      keptSteps: () => [],
      dispose: async () => {},
    };
  },
  describe(folder, manifest) {
    const { algorithm, seed, steps, config, dataset } = manifest as EstimateManifest;
    const estimates = readJsonLines(estimatesOf(folder));
    const metrics = readMetrics(folder).at(-1)?.metrics ?? null;
    const { name, path, rows, warnings = [] } = dataset;
    const about = { folder: folder.path, algorithm, policy: config.policy, seed, steps };
    return {
      summary: {
        ...{ ...about, dataset: { name, path, rows }, metrics, estimate: estimates.at(-1) ?? null },
        ...{ estimates, warnings },
      },
      answer: describeEstimate(estimates),
      note: 'the estimate is in estimate.json; estimates.jsonl tells how it came about',
    };
  },
  describeSeeds,
  save: ({ training, folder }) => training.save(folder.path),
};

function otherPolicy(expected: string, received: string): LamoError {
  return new LamoError({
    where: 'cli/run',
    code: 'policy-mismatch',
    problem: 'The policy is not the one that the run began to judge',
    expected: `sha256 ${expected.slice(0, 12)}`,
    received: `sha256 ${received.slice(0, 12)}`,
    hint: 'Put the file back, or judge the new one in a run of its own.',
  });
}
