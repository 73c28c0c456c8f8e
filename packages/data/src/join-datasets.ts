import { type Dataset, type InfoColumn, LamoError } from '@lamo/core';
import { describeActions } from './action-space';
import { createDataset } from './dataset';
import { describeObservations } from './observation-space';

/**
 * Copies datasets into one, one after the other. An unfinished last episode would run on into the next dataset: it is refused in all but
 * the last.
 *
 * @throws LamoError `empty-dataset` without any, `length-mismatch` if they differ in their columns, `unfinished-episode`
 */
export function joinDatasets(name: string, datasets: readonly Dataset[]): Dataset {
  const [first] = datasets;
  if (first === undefined) throw nothing(name);
  for (const dataset of datasets) checkSame(first, dataset);
  const unfinished = datasets.slice(0, -1).find(({ lastEpisodeFinished }) => !lastEpisodeFinished);
  if (unfinished !== undefined) throw notFinished(unfinished.name);
  const { observationSize, observationSpace, actionSize, actionSpace } = first;
  const column = <Array extends Joinable>(of: (dataset: Dataset) => Array) => join(datasets.map(of));
  return createDataset({
    ...{ name, observationSize, observationSpace, actionSize, actionSpace },
    observations: column(({ observations }) => observations),
    actions: column(({ actions }) => actions),
    rewards: column(({ rewards }) => rewards),
    terminated: column(({ terminated }) => terminated),
    truncated: column(({ truncated }) => truncated),
    ...(first.nextObservations && { nextObservations: column(({ nextObservations }) => nextObservations!) }),
    infos: Object.fromEntries(
      Object.entries(first.infos).map(([key, { width }]): [string, InfoColumn] => [
        key,
        { width, data: column(({ infos }) => infos[key]!.data) },
      ]),
    ),
  });
}

type Joinable = Float32Array | Float64Array | Int32Array | Uint8Array;

function join<Array extends Joinable>(parts: readonly Array[]): Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new (parts[0]!.constructor as new (length: number) => Array)(length);
  let used = 0;
  for (const part of parts) {
    whole.set(part, used);
    used += part.length;
  }
  return whole;
}

/** The columns of a dataset in words. */
function columnsOf(dataset: Dataset): string {
  const infos = Object.entries(dataset.infos).map(([key, { width }]) => `${key} of ${width}`);
  const next = dataset.nextObservations ? ['next observations'] : [];
  const more = [...next, ...infos.sort()];
  return [
    `observations of ${describeObservations(dataset)}, actions of ${describeActions(dataset)}`,
    ...more,
  ].join(', ');
}

function checkSame(first: Dataset, other: Dataset): void {
  const [expected, received] = [columnsOf(first), columnsOf(other)];
  if (expected === received) return;
  throw new LamoError({
    where: 'data/join-datasets',
    code: 'length-mismatch',
    problem: `\`${first.name}\` and \`${other.name}\` differ in their columns`,
    expected,
    received,
  });
}

function nothing(name: string): LamoError {
  return new LamoError({
    where: 'data/join-datasets',
    code: 'empty-dataset',
    problem: `There are no datasets to join as \`${name}\``,
    expected: 'one or more',
    received: 'none',
  });
}

function notFinished(name: string): LamoError {
  return new LamoError({
    where: 'data/join-datasets',
    code: 'unfinished-episode',
    problem: `The last episode of \`${name}\` is unfinished, and would run on into what follows`,
    expected: 'a terminated or truncated last row',
    hint: 'Leave that episode out: selectEpisodes(dataset, [...Array(countFinishedEpisodes(dataset)).keys()]).',
  });
}
