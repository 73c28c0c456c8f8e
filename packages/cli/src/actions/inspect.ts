import {
  countAlgorithmParameters,
  countCheckpointParameters,
  datasetSpec,
  findAlgorithm,
  type ParameterCounts,
  savedData,
  trainingHeader,
} from '@lamo/algos';
import { findEnvironment } from '@lamo/eval';
import { loadCheckpoint } from '@lamo/runtime';
import { locateCheckpoint } from '../run/locate-checkpoint';
import { sidesOf } from '../run/run-sides';
import { formatCount, formatNumberOf, formatTable } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { watchLoading } from '../terminal/watch-loading';

/** Shows how many parameters an algorithm has in an environment, by group. */
export async function inspectAlgorithm(
  name: string,
  environment: string,
  config: Readonly<Record<string, unknown>>,
  preset?: string,
): Promise<void> {
  const algorithm = findAlgorithm(name);
  const { spec: played } = findEnvironment(environment);
  const spec = datasetSpec(played);
  const counts = await interruptible(
    () => {},
    (signal) => countAlgorithmParameters(algorithm, spec, config, preset, watchLoading(signal)),
  );
  const { id, observationSize, actionSize } = played;
  const title = `${algorithm.title} for ${id}: ${sidesOf(algorithm).data.describeSizes(spec)}`;
  const about = { algorithm: algorithm.name, environment: id, observationSize, actionSize };
  showResult({ ...about, ...counts }, { answer: describe(title, counts) });
}

/** Shows how many parameters a run or a checkpoint has, by group. */
export async function inspectRun(run: string): Promise<void> {
  const checkpoint = loadCheckpoint(locateCheckpoint(run).path);
  const header = trainingHeader(checkpoint);
  const algorithm = findAlgorithm(header.algorithm);
  const { identity, spec } = savedData(checkpoint, algorithm);
  const { name } = identity;
  const counts = await countCheckpointParameters(algorithm, checkpoint);
  const title = `${algorithm.title} after ${formatNumberOf(header.step, 'step')} on ${name}: ${sidesOf(algorithm).data.describeSizes(spec)}`;
  const about = { algorithm: algorithm.name, step: header.step, dataset: name };
  showResult({ ...about, ...counts }, { answer: describe(title, counts) });
}

function describe(title: string, { groups, total, trainable }: ParameterCounts): string {
  const rows = Object.entries(groups).map(([group, count]) => [group, formatCount(count)]);
  const table = formatTable([['group', 'parameters'], ...rows], { align: ['left', 'right'] });
  const share = ((100 * trainable) / total).toFixed(2);
  return `${title}\n${table}\n\n${formatCount(total)} in all, ${formatCount(trainable)} (${share} %) not frozen`;
}
