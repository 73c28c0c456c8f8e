import { datasetSizes, loadResult, type TrainedPolicy } from '@lamo/algos';
import { collectDataset } from '@lamo/eval';
import { openDevice } from '@lamo/runtime';
import { checkFit } from '../run/check-fit';
import { openCheckpoint } from '../run/open-checkpoint';
import { interruptible } from '../terminal/interrupt';
import { watchLoading } from '../terminal/watch-loading';
import { hashFile } from './hash-file';
import { playedSource } from './played-source';
import type { Source } from './source';

/**
 * The policy of a run, or of a checkpoint, as a source: it acts as `lamo evaluate` plays it, asked for its first target return where it
 * follows one.
 *
 * @throws LamoError `not-a-policy`, and what runs and checkpoints throw that cannot be opened
 */
export function trainedSource(run: string): Source {
  const { path, checkpoint, algorithm, data } = openCheckpoint(run, 'cli/collect');
  const played = playedSource({
    name: run,
    async collect(environment, { noise: _, ...task }) {
      const device = await openDevice('cpu');
      const policy: TrainedPolicy = await interruptible(
        () => {},
        (signal) => loadResult(algorithm, checkpoint, device, watchLoading(signal)),
      );
      try {
        return await collectDataset(policy, environment, { ...task, name: environment.spec.id });
      } finally {
        await policy.dispose();
      }
    },
  });
  return {
    ...played,
    files: () => ({ [run]: hashFile(path) }),
    check: ({ spec }) => checkFit({ name: data.identity.name, ...datasetSizes(data.spec) }, spec.id),
  };
}
