import { type LogSettings, type PreparedLog, prepareLog, trainingHeader } from '@lamo/algos';
import { type Dataset, LamoError } from '@lamo/core';
import { datasetWarnings, hashDataset, holdOutEpisodes } from '@lamo/data';
import { printWarning } from '../terminal/print-warning';
import { isLog } from './dataset-ending';
import type { PolicyCheckpoint } from './open-checkpoint';
import { type DatasetReading, datasetReading, openDataset, type ReadingFlags } from './open-dataset';
import type { DatasetFields } from './policy-manifest';
import { sortedJson } from './sorted-json';

/** Flags that say by which log a policy is judged. */
export interface JudgedLogFlags extends ReadingFlags {
  readonly dataset?: string;
  /** By the episodes alone that the run held out. */
  readonly heldOut?: boolean;
}

/** A log that judges the policy of a run. */
export interface OpenedLog {
  /** As it was logged. */
  readonly dataset: Dataset;
  /** As batches have it. */
  readonly log: PreparedLog;
  /** SHA-256 of the columns. */
  readonly hash: string;
  /** How FQE is told to read it. */
  readonly settings: LogSettings;
  /** Whether the policy learned from it. */
  readonly learnedFrom: boolean;
}

const WHERE = 'cli/estimate';

/** Opens logs, each file once for all runs. */
export function logOpener(flags: JudgedLogFlags): (opened: PolicyCheckpoint) => Promise<OpenedLog> {
  const read = new Map<string, Promise<{ dataset: Dataset; hash: string }>>();
  const open = (path: string, reading: DatasetReading) => {
    const key = sortedJson({ path, reading });
    const found = read.get(key) ?? readLog(path, reading);
    read.set(key, found);
    return found;
  };
  return async (opened) => {
    const own = (opened.manifest as Partial<DatasetFields> | undefined)?.dataset;
    const path = flags.dataset ?? own?.path;
    if (path === undefined) throw noLog(opened.path);
    const { dataset: whole, hash } = await open(path, readingOf(path, flags, own));
    const isOwn = hash === own?.hash;
    if (own !== undefined && flags.dataset === undefined && !isOwn) throw changed(own);
    const dataset = flags.heldOut === true ? heldOutOf(whole, isOwn ? own : undefined) : whole;
    const settings = settingsOf(opened);
    checkMeaning(opened, dataset);
    return {
      dataset,
      log: prepareLog(dataset, settings),
      hash: dataset === whole ? hash : hashDataset(dataset),
      settings,
      learnedFrom: isOwn && flags.heldOut !== true,
    };
  };
}

async function readLog(path: string, reading: DatasetReading) {
  const dataset = await openDataset(path, reading);
  for (const { message } of datasetWarnings(dataset, reading.log)) printWarning(message);
  return { dataset, hash: hashDataset(dataset) };
}

/** What flags say, and where they say nothing, what the run said of its own data; columns only of a file that has some. */
function readingOf(
  path: string,
  flags: ReadingFlags,
  own: DatasetFields['dataset'] | undefined,
): DatasetReading {
  const given = datasetReading(flags);
  const { log: ownLog, ...ownReading } = own?.reading ?? {};
  const columns = { ...ownLog?.columns, ...given.log?.columns };
  const log = { ...ownLog, ...given.log, ...(Object.keys(columns).length === 0 ? {} : { columns }) };
  const takesColumns = isLog(path) && Object.keys(log).length > 0;
  const { log: givenLog, ...others } = given;
  if (takesColumns) return { ...others, log };
  return { ...ownReading, ...others, ...(givenLog === undefined ? {} : { log: givenLog }) };
}

/** How the run saw its data: the range of actions, and its task. */
function settingsOf({ checkpoint, data }: PolicyCheckpoint): LogSettings {
  const { task, taskClasses } = trainingHeader(checkpoint).config as LogSettings;
  const { actionBounds } = data.spec as PreparedLog['spec'];
  return {
    ...(actionBounds ? { actionLow: actionBounds.low, actionHigh: actionBounds.high } : {}),
    ...(task === undefined ? {} : { task }),
    ...(taskClasses === undefined ? {} : { taskClasses }),
  };
}

/** Refuses a log in which a column or a class means something else: columns in another order, categories, labels of other classes. */
function checkMeaning({ path, data }: PolicyCheckpoint, dataset: Dataset): void {
  const [own, other] = [meaningOf(data.spec as PreparedLog['spec'], dataset), meaningOf(dataset, dataset)];
  for (const [what, expected] of Object.entries(own)) {
    const received = other[what as keyof typeof other];
    // Who names nothing is not asked for it.
    if (expected.length === 0 || received.length === 0 || expected.join() === received.join()) continue;
    throw new LamoError({
      where: WHERE,
      code: 'dataset-mismatch',
      problem: `In the log ${what} are others than the policy of ${path} learned, or in another order`,
      expected: expected.join('; '),
      received: received.join('; '),
      hint: 'Name the columns as for its training, in the same order (--observation, --action); each category and class has to occur.',
    });
  }
}

/** What columns and classes are called; what a policy is told behind what is observed, its task, is no column of a log. */
function meaningOf(
  { observationSpace, actionSpace }: Pick<Dataset, 'observationSpace' | 'actionSpace'>,
  { observationSize }: Pick<Dataset, 'observationSize'>,
) {
  const parts = observationSpace?.kind === 'vector' ? Object.entries(observationSpace.parts ?? {}) : [];
  const seen = parts
    .filter(([, { end }]) => end <= observationSize)
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  return {
    columns: seen.map(([name, { start, end }]) => (end - start === 1 ? name : `${name} (${end - start})`)),
    categories: seen.flatMap(([name, { categories }]) =>
      categories ? [[name, ...categories].join(' ')] : [],
    ),
    actions: actionSpace?.names ?? [],
    classes: (actionSpace?.kind === 'discrete' && actionSpace.labels) || [],
  };
}

function heldOutOf(dataset: Dataset, own: DatasetFields['dataset'] | undefined): Dataset {
  if (own?.heldOut !== undefined) return holdOutEpisodes(dataset, own.heldOut.fraction).heldOut;
  throw new LamoError({
    where: WHERE,
    code: 'nothing-held-out',
    problem:
      own === undefined ? 'The log is not the one that the run learned from' : 'The run held out nothing',
    expected: 'a run that was trained with --held-out, and its own log',
    hint: 'Leave out --held-out.',
  });
}

function noLog(path: string): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'missing-dataset',
    problem: `It is not known by which log to judge ${path}`,
    expected: '--dataset FILE',
  });
}

function changed({ path, rows }: DatasetFields['dataset']): LamoError {
  return new LamoError({
    where: WHERE,
    code: 'dataset-mismatch',
    problem: `${path} is not what the run learned from`,
    expected: `the same ${rows} rows`,
    hint: `To judge by what is there now, say so: --dataset ${path}`,
  });
}
