import {
  countAlgorithmParameters,
  countCheckpointParameters,
  datasetSizes,
  datasetSpec,
  findAlgorithm,
  type ParameterCounts,
  type Sizes,
  savedData,
  trainingHeader,
} from '@lamo/algos';
import { describeActions, describeObservations } from '@lamo/data';
import { findEnvironment } from '@lamo/eval';
import { loadCheckpoint } from '@lamo/runtime';
import { locateCheckpoint } from '../run/locate-checkpoint';
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
  const { spec } = findEnvironment(environment);
  const counts = await interruptible(
    () => {},
    (signal) => countAlgorithmParameters(algorithm, datasetSpec(spec), config, preset, watchLoading(signal)),
  );
  const { id, observationSize, actionSize } = spec;
  const title = `${algorithm.title} for ${id}: ${describeSizes(spec)}`;
  const about = { algorithm: algorithm.name, environment: id, observationSize, actionSize };
  showResult({ ...about, ...counts }, { answer: describe(title, counts) });
}

const describeSizes = (sizes: Sizes) =>
  `observations of ${describeObservations(sizes)}, actions of ${describeActions(sizes)}`;

/** Shows how many parameters a run or a checkpoint has, by group. */
export async function inspectRun(run: string): Promise<void> {
  const checkpoint = loadCheckpoint(locateCheckpoint(run).path);
  const header = trainingHeader(checkpoint);
  const algorithm = findAlgorithm(header.algorithm);
  const { identity, spec } = savedData(checkpoint, algorithm);
  const { name } = identity;
  const counts = await countCheckpointParameters(algorithm, checkpoint);
  const title = `${algorithm.title} after ${formatNumberOf(header.step, 'step')} on ${name}${'observationSize' in spec ? `: ${describeSizes(datasetSizes(spec))}` : ''}`;
  const about = { algorithm: algorithm.name, step: header.step, dataset: name };
  showResult({ ...about, ...counts }, { answer: describe(title, counts) });
}

function describe(title: string, { groups, total, trainable }: ParameterCounts): string {
  const rows = Object.entries(groups).map(([group, count]) => [group, formatCount(count)]);
  const table = formatTable([['group', 'parameters'], ...rows], { align: ['left', 'right'] });
  const share = ((100 * trainable) / total).toFixed(2);
  return `${title}\n${table}\n\n${formatCount(total)} in all, ${formatCount(trainable)} (${share} %) not frozen`;
}
