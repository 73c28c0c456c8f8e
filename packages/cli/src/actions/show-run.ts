import type { RunObserver } from '../run/open-run';
import { readManifest } from '../run/read-manifest';
import type { RunFolder } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import { showResult } from '../terminal/output';
import { runToTheEnd } from '../terminal/run-to-the-end';

/**
 * Shows a run while it trains, and where its files are once it is finished.
 *
 * @param advice how to continue after Ctrl-C, given the run's folder
 */
export async function showRun(
  work: (observer: RunObserver) => Promise<RunFolder>,
  advice?: (path: string) => string,
): Promise<void> {
  const folder = await runToTheEnd(work, advice);
  const manifest = readManifest(folder.manifest);
  const { summary, answer, note } = sidesOf(manifest.algorithm).result.describe(folder, manifest);
  showResult(summary, { ...(answer === undefined ? {} : { answer }), note: `${folder.path}: ${note}` });
}
