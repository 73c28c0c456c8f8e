import type { TrainedPolicy } from '@lamo/algos';
import { z } from 'zod';
import { createEvaluator, isEvaluationDue } from './evaluator';
import type { PolicyManifest } from './manifest';
import type { OpenRun } from './open-run';
import { readEvaluations } from './run-files';
import { runResult } from './run-result';
import type { ResultSide } from './run-sides';

/** How a run is evaluated while it trains. */
export interface EvaluationPlan {
  /** Id of the environment. */
  readonly environment: string;
  /** Steps between evaluations; the last step is always evaluated. */
  readonly every: number;
  /** For each target return. */
  readonly episodes: number;
  /** What the policy is told to earn, in raw units; none if it follows no target. */
  readonly targetReturns: readonly number[];
  /** The same at each evaluation, so that the curve shows the policy and not the draw of starts. */
  readonly seed: number;
}

/** What a manifest says of how a policy is looked at. */
export interface PolicyFields {
  /** How it was evaluated on its way; null if it was not. */
  readonly evaluation: EvaluationPlan | null;
}

export const policyFields = {
  evaluation: z
    .looseObject({
      environment: z.string().min(1),
      every: z.int().positive(),
      episodes: z.int().positive(),
      // Runs of earlier versions knew none.
      targetReturns: z.array(z.number()).default([]),
      seed: z.int(),
    })
    .nullable(),
};

/** Runs that end with a policy, and are evaluated in an environment on their way. */
export const policySide: ResultSide = {
  fields: policyFields,
  every: (manifest) => (manifest as PolicyManifest).evaluation?.every ?? null,
  pathIn: ({ policy }) => policy,
  // Evaluations belong to the files of every run: `lamo evaluate` adds some.
  checkFiles() {},
  rewind() {},
  visits(run, _opened, _device, observer) {
    const { folder } = run;
    const manifest = run.manifest as PolicyManifest;
    const evaluator = createEvaluator({ ...(run as OpenRun<TrainedPolicy>), manifest }, observer);
    return {
      isDue: (step) => isEvaluationDue(manifest, step),
      visit: evaluator.visit,
      keptSteps: () => readEvaluations(folder, manifest.evaluation).map((record) => record.step),
      dispose: evaluator.dispose,
    };
  },
  describe: (folder, manifest) => ({
    summary: runResult(folder, manifest as PolicyManifest),
    note: `the policy is in policy.onnx; 'lamo report ${folder.path}' shows how it went`,
  }),
  save: ({ training, folder }) => training.save(folder.path),
};
