import { checkLock } from '../run/lock-run';
import { takeSteps } from '../run/take-steps';
import type { OpenPretraining, PretrainingObserver } from './open-pretraining';
import { saveModel } from './save-model';
import { takeSnapshots } from './snapshots';

/**
 * Pre-trains a model to its last step, with snapshots on its way, and saves it.
 *
 * @throws LamoError `diverged`, `disk-full`; the signal's reason if it was aborted
 */
export async function continuePretraining(
  run: OpenPretraining,
  observer: PretrainingObserver = {},
): Promise<void> {
  const { folder, training } = run;
  try {
    observer.onStart?.(run);
    await takeSteps(run, takeSnapshots(run, observer), observer);
    const model = await training.model();
    checkLock(folder.path);
    saveModel(folder.model, model, folder.tokenizer);
  } finally {
    await training.dispose();
  }
}
