import { findAlgorithm, type TrainedPolicy, type Visited, valueActions } from '@lamo/algos';
import type { DatasetWarning } from '@lamo/core';
import { environments } from '@lamo/eval';
import type { Device } from '@lamo/runtime';
import { evaluatePolicy } from './evaluate-policy';
import type { OpenRun, RunObserver } from './open-run';
import type { EvaluationPlan, PolicyManifest } from './policy-manifest';
import { RECORDED_EPISODES } from './record-episodes';
import { appendEvaluation, appendTiming, readEvaluations } from './run-files';
import type { RunFolder } from './run-folder';
import { startStopwatch } from './stopwatch';

/** Evaluates the policy of a run while it trains. */
export interface Evaluator {
  /** Evaluates the policy as it is at a step, if that is due and was not done before. */
  visit(step: number): Promise<void>;
  dispose(): Promise<void>;
}

/** A target return; null for a policy that follows none. */
type Target = number | null;

/** Tells whether a step of a run is evaluated. */
export function isEvaluationDue({ evaluation, steps }: PolicyManifest, step: number): boolean {
  return evaluation !== null && step > 0 && (step % evaluation.every === 0 || step === steps);
}

/** Makes the evaluator of a run. It holds one policy, whose parameters it replaces at each visit. */
export function createEvaluator(
  { folder, manifest, training, workers = 0 }: OpenRun<TrainedPolicy> & { readonly manifest: PolicyManifest },
  device: Device,
  observer: RunObserver,
): Evaluator {
  let policy: TrainedPolicy | undefined;
  const told = new Set<string>();
  const onWarning = (warning: DatasetWarning) => {
    // Once is enough: all evaluations of a run are alike.
    if (!told.has(warning.code)) observer.onWarning?.(warning);
    told.add(warning.code);
  };

  /** Plays all targets again if only some were written down before: alone, a policy might round differently. */
  async function evaluate(plan: EvaluationPlan, step: number, done: ReadonlySet<Target>): Promise<void> {
    observer.onEvaluationStart?.(step);
    const clock = startStopwatch();
    if (policy === undefined) policy = await training.result();
    else await policy.load(await training.state());
    // Paths through a maze are small, and the report draws the last ones.
    const isDrawn = step === manifest.steps && environments.get(plan.environment)?.maze !== undefined;
    const record = isDrawn ? RECORDED_EPISODES : 0;
    const { signal } = observer;
    const { environment, episodes, targetReturns, seed } = plan;
    const task = {
      ...{ environment, episodes, targetReturns, seed, inTraining: true, record, workers, signal, onWarning },
      valueActions: async (visited: Visited) =>
        valueActions(findAlgorithm(manifest.algorithm), await training.checkpoint(), device, visited),
    };
    const results = await evaluatePolicy(policy, step, task);
    appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
    for (const result of results) {
      if (done.has(result.evaluation.targetReturn)) continue;
      appendEvaluation(folder, result);
      observer.onEvaluation?.(result.evaluation);
    }
  }

  return {
    async visit(step) {
      const plan = manifest.evaluation;
      if (plan === null || !isEvaluationDue(manifest, step)) return;
      const done = evaluatedTargets(folder, plan, step);
      const targets: readonly Target[] = plan.targetReturns.length === 0 ? [null] : plan.targetReturns;
      if (targets.some((target) => !done.has(target))) await evaluate(plan, step, done);
    },
    dispose: async () => policy?.dispose(),
  };
}

/** Finds the targets that were evaluated before as planned: none, or all, unless the run was stopped in between. */
function evaluatedTargets(folder: RunFolder, plan: EvaluationPlan, step: number): ReadonlySet<Target> {
  const evaluations = readEvaluations(folder, plan).filter(
    (record) => record.inTraining && record.step === step,
  );
  return new Set(evaluations.map(({ targetReturn }) => targetReturn));
}
