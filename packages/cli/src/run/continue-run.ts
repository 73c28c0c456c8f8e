import { writeFileAtomic } from '@lamo/data';
import { saveCheckpoint } from '@lamo/runtime';
import { breathing } from '../terminal/breathe';
import { createEvaluator, isEvaluationDue } from './evaluator';
import type { Manifest } from './manifest';
import type { OpenRun, RunObserver } from './open-run';
import { appendMetrics, appendTiming, readEvaluations } from './run-files';
import { checkpointPath, removeCheckpoints } from './run-folder';
import { startStopwatch } from './stopwatch';

/**
 * Trains a run to its last step: logs averaged metrics, writes checkpoints, evaluates, and exports the policy at
 * the end. At one step the checkpoint comes before the evaluation; a run that is stopped while it evaluates makes
 * up for that when it goes on.
 *
 * @throws LamoError `diverged`, `disk-full`; the signal's reason if it was aborted
 */
export async function continueRun(run: OpenRun, observer: RunObserver = {}): Promise<void> {
  const { folder, manifest, training, averages } = run;
  const { signal } = observer;
  const evaluator = createEvaluator(run, observer);
  const breathe = breathing();
  try {
    observer.onStart?.(run);
    await evaluator.visit(training.step);
    const clock = startStopwatch();
    let taken = training.step;
    for await (const { step, metrics } of training) {
      averages.add(metrics, step - taken);
      taken = step;
      observer.onStep?.(step);
      await breathe();
      const isLogged = step % manifest.logEvery === 0 || step === manifest.steps;
      const isSaved = signal?.aborted || isCheckpointDue(manifest, step);
      if (!isLogged && !isSaved) continue;
      appendTiming(folder, { step, activity: 'training', seconds: clock.lap() });
      if (isLogged) logMetrics(run, step);
      if (isSaved) await writeCheckpoint(run, step);
      signal?.throwIfAborted();
      await evaluator.visit(step);
      clock.lap();
    }
    writeFileAtomic(folder.policy, await training.exportOnnx());
  } finally {
    await evaluator.dispose();
    await training.dispose();
  }
}

function isCheckpointDue(manifest: Manifest, step: number): boolean {
  return step % manifest.checkpointEvery === 0 || step === manifest.steps || isEvaluationDue(manifest, step);
}

function logMetrics({ folder, manifest, averages }: OpenRun, step: number): void {
  appendMetrics(folder, { step, metrics: averages.read() });
  // The last line may come early. A run that is made longer then goes on averaging where this one stopped.
  if (step % manifest.logEvery === 0) averages.reset();
}

/** Writes a checkpoint, with what a resume needs besides, and removes earlier ones that were not evaluated. */
async function writeCheckpoint({ folder, training, averages }: OpenRun, step: number): Promise<void> {
  const { header, state } = await training.checkpoint();
  const extended = { ...(header as object), averages: averages.state() };
  saveCheckpoint(checkpointPath(folder, step), { header: extended, state });
  const evaluated = readEvaluations(folder).map((record) => record.step);
  removeCheckpoints(folder, new Set([...evaluated, step]));
}
