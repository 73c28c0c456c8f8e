import { createEvaluator, isEvaluationDue } from './evaluator';
import { checkLock } from './lock-run';
import type { OpenRun, RunObserver } from './open-run';
import { readEvaluations } from './run-files';
import { takeSteps } from './take-steps';

/**
 * Trains a run to its last step, evaluates it on its way, and exports the policy at the end.
 *
 * @throws LamoError `diverged`, `disk-full`; the signal's reason if it was aborted
 */
export async function continueRun(run: OpenRun, observer: RunObserver = {}): Promise<void> {
  const { folder, manifest, training } = run;
  const evaluator = createEvaluator(run, observer);
  const visits = {
    isDue: (step: number) => isEvaluationDue(manifest, step),
    visit: evaluator.visit,
    keptSteps: () => readEvaluations(folder, manifest.evaluation).map((record) => record.step),
  };
  try {
    observer.onStart?.(run);
    await takeSteps(run, visits, observer);
    checkLock(folder.path);
    await training.save(folder.path);
  } finally {
    await evaluator.dispose();
    await training.dispose();
  }
}
