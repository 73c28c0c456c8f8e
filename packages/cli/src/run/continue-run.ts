import type { Device } from '@lamo/runtime';
import { checkLock } from './lock-run';
import type { OpenRun, RunObserver } from './open-run';
import { sidesOf } from './run-sides';
import type { OpenedData } from './side';
import { takeSteps } from './take-steps';

/**
 * Trains a run to its last step, looks at what comes out on its way, and writes it at the end.
 *
 * @throws LamoError `diverged`, `disk-full`; the signal's reason if it was aborted
 */
export async function continueRun(
  run: OpenRun,
  opened: OpenedData,
  device: Device,
  observer: RunObserver = {},
): Promise<void> {
  const { folder, manifest, training } = run;
  const { result } = sidesOf(manifest.algorithm);
  // What training has made is measured at full precision, whatever that of training is.
  const visits = result.visits(run, opened, device.exact ?? device, observer);
  try {
    observer.onStart?.(run);
    await takeSteps(run, { ...visits, beforeCheckpoint: () => opened.keep?.(folder) }, observer);
    checkLock(folder.path);
    await result.save(run);
  } finally {
    await visits.dispose();
    await training.dispose();
    opened.close?.();
  }
}
