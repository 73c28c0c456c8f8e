import {
  type AnyAlgorithm,
  type AveragesState,
  averageMetrics,
  type TrainingRun,
  type TrainOptions,
  train,
} from '@lamo/algos';
import type { OpenRun, RunObserver } from './open-run';

/**
 * Prepares a training whose metrics are averaged. To compile it may take minutes in which nothing is heard: who wanted to stop
 * meanwhile is heard afterwards, before anything is written.
 *
 * @param saved averages to go on with
 * @throws LamoError as `train`; the signal's reason if it was aborted
 */
export async function prepareTraining(
  algorithm: AnyAlgorithm,
  data: unknown,
  options: TrainOptions,
  { loading, signal, onWarning }: RunObserver,
  saved?: AveragesState,
): Promise<Pick<OpenRun, 'training' | 'averages'>> {
  const averages = averageMetrics(saved);
  const training: TrainingRun = await train(algorithm, data, {
    ...options,
    ...(loading === undefined ? {} : { loading }),
    onWarning: (warning) => onWarning?.(warning),
    onStep: (_, metrics) => averages.add(metrics, 1),
  });
  if (signal?.aborted) await training.dispose();
  signal?.throwIfAborted();
  for (const warning of training.warnings) onWarning?.(warning);
  return { training, averages };
}
