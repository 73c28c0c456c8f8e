import type { Collector } from '@lamo/eval';
import { interruptible } from '../terminal/interrupt';
import { startProgress } from '../terminal/progress';
import type { Source } from './source';

const ROWS = 100_000;

/**
 * A collector as a source: it plays while a bar shows how far it is.
 *
 * @param onStop what is said to Ctrl-C
 */
export function playedSource(
  collector: Pick<Collector, 'name' | 'snapshots' | 'collect'>,
  onStop = 'stopping; nothing is written',
): Source {
  return {
    name: collector.name,
    rows: ROWS,
    files: () =>
      Object.fromEntries((collector.snapshots ?? []).map((snapshot) => [snapshot.level, snapshot.hash()])),
    async collect(environment, { rows = ROWS, out: _, ...task }) {
      const progress = startProgress({ title: environment.spec.id, total: rows, unit: 'rows' });
      try {
        return await interruptible(
          () => progress.print(onStop),
          async (signal) => ({
            dataset: await collector.collect(environment, {
              ...task,
              rows,
              signal,
              onProgress: progress.update,
            }),
          }),
        );
      } finally {
        progress.stop();
      }
    },
  };
}
