import type { TrainedPolicy } from '@lamo/algos';
import { mazeOf } from '../maze-of';
import { evaluatePolicy } from './evaluate-policy';
import { readJsonLines } from './json-lines';
import type { EvaluationPlan, Manifest } from './manifest';
import type { OpenRun, RunObserver } from './open-run';
import type { EvaluationRecord } from './records';
import { appendEvaluation, appendTiming } from './run-files';
import type { RunFolder } from './run-folder';
import { startStopwatch } from './stopwatch';

/** Evaluates the policy of a run while it trains. */
export interface Evaluator {
  /** Evaluates the policy as it is at a step, if that is due and was not done before. */
  visit(step: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Tells whether a step of a run is evaluated. */
export function isEvaluationDue({ evaluation, steps }: Manifest, step: number): boolean {
  return evaluation !== null && step > 0 && (step % evaluation.every === 0 || step === steps);
}

/** Makes the evaluator of a run. It holds one policy, whose parameters it replaces at each visit. */
export function createEvaluator({ folder, manifest, training }: OpenRun, observer: RunObserver): Evaluator {
  let policy: TrainedPolicy | undefined;

  async function evaluate(plan: EvaluationPlan, step: number): Promise<void> {
    observer.onEvaluationStart?.(step);
    const clock = startStopwatch();
    if (policy === undefined) policy = await training.policy();
    else await policy.load(await training.state());
    // Paths through a maze are small, and the report draws the last ones.
    const record = step === manifest.steps && mazeOf(plan.environment) !== undefined;
    const { signal } = observer;
    const result = await evaluatePolicy(policy, step, { ...plan, record, signal });
    appendTiming(folder, { step, activity: 'evaluation', seconds: clock.lap() });
    appendEvaluation(folder, result);
    observer.onEvaluation?.(result.evaluation);
  }

  return {
    async visit(step) {
      const plan = manifest.evaluation;
      if (plan === null || !isEvaluationDue(manifest, step) || isEvaluated(folder, plan, step)) return;
      await evaluate(plan, step);
    },
    dispose: async () => policy?.dispose(),
  };
}

function isEvaluated({ evaluations }: RunFolder, plan: EvaluationPlan, step: number): boolean {
  return readJsonLines<EvaluationRecord>(evaluations).some(
    (record) =>
      record.step === step &&
      record.environment === plan.environment &&
      record.seed === plan.seed &&
      record.returns.length === plan.episodes,
  );
}
