import type { TrainedPolicy, TrainingRun } from '@lamo/algos';
import { z } from 'zod';
import { describeScores } from './describe-scores';
import { createEvaluator, isEvaluationDue } from './evaluator';
import type { OpenRun } from './open-run';
import type { EvaluationPlan, PolicyManifest } from './policy-manifest';
import { readEvaluations } from './run-files';
import { runResult } from './run-result';
import type { ResultSide } from './side';

const policyFields = {
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
  records: 'evaluations.jsonl',
  plan: ({ evaluation }) => ({
    every: evaluation?.every ?? null,
    settings: settingsOf(evaluation),
    describe: async (training) => ({
      evaluation: evaluation && { ...evaluation, targetReturns: await readTargets(training) },
    }),
  }),
  settings: (manifest) => settingsOf((manifest as PolicyManifest).evaluation),
  every: (manifest) => (manifest as PolicyManifest).evaluation?.every ?? null,
  playsIn: (manifest) => (manifest as PolicyManifest).evaluation?.environment ?? null,
  pathIn: ({ policy }) => policy,
  // Evaluations belong to the files of every run: `lamo evaluate` adds some.
  checkFiles() {},
  rewind() {},
  visits(run, _opened, device, observer) {
    const { folder } = run;
    const manifest = run.manifest as PolicyManifest;
    const evaluator = createEvaluator({ ...(run as OpenRun<TrainedPolicy>), manifest }, device, observer);
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
  describeSeeds: describeScores,
  save: ({ training, folder }) => training.save(folder.path),
};

function settingsOf(evaluation: Omit<EvaluationPlan, 'targetReturns'> | null) {
  const { environment, every: evaluateEvery, episodes, seed: evaluationSeed } = evaluation ?? {};
  return { environment, evaluateEvery, episodes, evaluationSeed };
}

async function readTargets(training: TrainingRun): Promise<readonly number[]> {
  const policy = (await training.result()) as TrainedPolicy;
  await policy.dispose();
  return policy.targetReturns;
}
