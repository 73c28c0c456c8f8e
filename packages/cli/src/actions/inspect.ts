import { existsSync } from 'node:fs';
import {
  countAlgorithmParameters,
  countCheckpointParameters,
  datasetSpec,
  findAlgorithm,
  type ParameterCounts,
  readPolicyDescription,
  savedData,
  trainingHeader,
} from '@lamo/algos';
import { datasetWarnings } from '@lamo/data';
import { prepareEnvironment } from '@lamo/eval';
import { loadGpt2Config } from '@lamo/models';
import { loadCheckpoint } from '@lamo/runtime';
import { hubOf } from '../language/corpus-side';
import { locateModel } from '../language/locate-model';
import { NEW_CONTEXT, VOCABULARY } from '../language/model-defaults';
import { resolveEnvironment } from '../resolve-environment';
import { describeData, wordData } from '../run/describe-data';
import { describeLog } from '../run/describe-log';
import { locateCheckpoint } from '../run/locate-checkpoint';
import { datasetReading, openWithLog, type ReadingFlags } from '../run/open-dataset';
import { sidesOf } from '../run/run-sides';
import { wordPolicy } from '../run/word-policy';
import { formatCount, formatNumberOf, formatTable } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchLoading } from '../terminal/watch-loading';

/** Shows how many parameters an algorithm has in an environment, by group. */
export async function inspectAlgorithm(
  name: string,
  environment: string,
  config: Readonly<Record<string, unknown>>,
  preset?: string,
): Promise<void> {
  const algorithm = findAlgorithm(name);
  const { spec: played } = await prepareEnvironment(resolveEnvironment(environment));
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

/** What a language model is to be, where no model to begin with says it. */
export interface LanguageSizes {
  readonly initialiseFrom?: string;
  readonly vocabulary?: number;
  readonly context?: number;
}

/** Shows how many parameters an algorithm has that trains a language model, by group. */
export async function inspectLanguageModel(
  name: string,
  { initialiseFrom, ...sizes }: LanguageSizes,
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const algorithm = findAlgorithm(name);
  const counted = await interruptible(
    () => {},
    async (signal) => {
      const loading = watchLoading(signal);
      const begun = initialiseFrom === undefined ? undefined : locateModel(initialiseFrom);
      const model = begun === undefined ? undefined : await loadGpt2Config(begun, hubOf({ signal, loading }));
      const vocabularySize = sizes.vocabulary ?? model?.vocabSize ?? VOCABULARY;
      const length = sizes.context ?? model?.nPositions ?? NEW_CONTEXT;
      // Texts come in blocks, completions in examples: as many tokens of both.
      const spec = { length, blockLength: length, vocabularySize, largestToken: vocabularySize - 1 };
      const given = { ...config, ...(begun === undefined ? {} : { initialiseFrom: begun }) };
      return { spec, counts: await countAlgorithmParameters(algorithm, spec, given, undefined, loading) };
    },
  );
  const { spec, counts } = counted;
  const of = initialiseFrom === undefined ? 'a new model' : initialiseFrom;
  const title = `${algorithm.title} of ${of}: ${sidesOf(algorithm).data.describeSizes(spec)}, ${formatNumberOf(spec.length, 'token')} at once`;
  const about = { algorithm: name, vocabulary: spec.vocabularySize, context: spec.length };
  showResult({ ...about, ...counts }, { answer: describe(title, counts) });
}

/** Shows what is in a file of logged decisions, and what is doubtful about it. */
export async function inspectDataset(path: string, flags: ReadingFlags): Promise<void> {
  const reading = datasetReading(flags);
  const { dataset, log } = await openWithLog(path, reading);
  const warnings = datasetWarnings(dataset, reading.log);
  for (const { message } of warnings) printWarning(message);
  const data = describeData(dataset);
  const columns = log === undefined ? {} : { columns: log.columns, unused: log.unused };
  const answer = [log === undefined ? [] : describeLog(log), wordData(data)].flat().join('\n\n');
  showResult({ path, ...data, ...columns, warnings }, { answer });
}

/** Shows how many parameters a run or a checkpoint has, by group. */
export async function inspectRun(run: string): Promise<void> {
  const { path, folder } = locateCheckpoint(run);
  const checkpoint = loadCheckpoint(path);
  const header = trainingHeader(checkpoint);
  const algorithm = findAlgorithm(header.algorithm);
  const { identity, spec } = savedData(checkpoint, algorithm);
  const { name } = identity;
  const counts = await countCheckpointParameters(algorithm, checkpoint);
  const title = `${algorithm.title} after ${formatNumberOf(header.step, 'step')} on ${name}: ${sidesOf(algorithm).data.describeSizes(spec)}`;
  const about = { algorithm: algorithm.name, step: header.step, dataset: name };
  const answer = [describe(title, counts)];
  const file = folder?.policy;
  if (file === undefined || !existsSync(file))
    return showResult({ ...about, ...counts }, { answer: answer[0]! });
  const policy = readPolicyDescription(file);
  answer.push(policy === undefined ? saysNothing(file) : wordPolicy(policy));
  showResult({ ...about, ...counts, policy: policy ?? null }, { answer: answer.join('\n\n') });
}

/** Shows what a policy's file says of itself. */
export function inspectPolicy(file: string): void {
  const policy = readPolicyDescription(file);
  showResult(
    { path: file, policy: policy ?? null },
    { answer: policy === undefined ? saysNothing(file) : wordPolicy(policy) },
  );
}

/** What there is to say of a model that says nothing itself. */
function saysNothing(file: string): string {
  return `${file} does not say what it sees and does: it is not of lamo, or of an earlier version.`;
}

function describe(title: string, { groups, total, trainable }: ParameterCounts): string {
  const rows = Object.entries(groups).map(([group, count]) => [group, formatCount(count)]);
  const table = formatTable([['group', 'parameters'], ...rows], { align: ['left', 'right'] });
  const share = ((100 * trainable) / total).toFixed(2);
  return `${title}\n${table}\n\n${formatCount(total)} in all, ${formatCount(trainable)} (${share} %) not frozen`;
}
