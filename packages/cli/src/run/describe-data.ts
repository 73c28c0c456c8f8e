import type { Dataset } from '@lamo/core';
import {
  type DatasetDescription,
  describeActions,
  describeDataset,
  describeObservations,
  hashDataset,
  type Summary,
} from '@lamo/data';
import { formatCount, formatNumberOf, formatSignificant, formatTable } from '../terminal/format';

/** Everything that can be said of a dataset in plain data, for programs. */
export interface DataDescription extends DatasetDescription {
  /** Of single rows. */
  readonly rewards: Summary;
  /** The smallest and the largest number in any action. */
  readonly actions: Omit<Summary, 'mean'>;
  /** Whether the observation after each action was logged. */
  readonly hasNextObservations: boolean;
  /** Numbers in a row of each extra column, by its name. */
  readonly infos: Readonly<Record<string, number>>;
  /** SHA-256 of the columns. */
  readonly hash: string;
}

/** Describes a dataset for programs. */
export function describeData(dataset: Dataset): DataDescription {
  const { min, max } = summarise(dataset.actions);
  return {
    ...describeDataset(dataset),
    rewards: summarise(dataset.rewards),
    actions: { min, max },
    hasNextObservations: dataset.nextObservations !== undefined,
    infos: Object.fromEntries(Object.entries(dataset.infos).map(([name, { width }]) => [name, width])),
    hash: hashDataset(dataset),
  };
}

/** Says what is in a dataset, a line for each fact. */
export function wordData(data: DataDescription): string {
  return formatTable([['dataset', data.name], ...dataFacts(data)], { align: ['left', 'left'] });
}

/** What is in a dataset: names of facts, and the facts. */
export function dataFacts(data: DataDescription): [string, string][] {
  const { finishedEpisodes, unfinishedRows, actionSpace, hasNextObservations } = data;
  const rest = unfinishedRows === 0 ? '' : `, and ${formatNumberOf(unfinishedRows, 'row')} after the last`;
  const amounts = actionSpace?.kind !== 'discrete' ? `, ${rangeText(data.actions)}` : '';
  const infos = Object.entries(data.infos).map(([name, width]) =>
    width === 1 ? name : `${name} (${width})`,
  );
  return [
    ['rows', formatCount(data.rows)],
    ['episodes', `${formatCount(finishedEpisodes)} finished${rest}`],
    ['observations', describeObservations(data)],
    ['next observations', hasNextObservations ? 'logged' : 'not logged: those of the next row'],
    ['actions', `${describeActions(data)}${amounts}`],
    ['rewards', summaryText(data.rewards)],
    ['returns', summaryText(data.returns)],
    ['lengths', summaryText(data.lengths)],
    ['terminated', formatNumberOf(data.terminated, 'row')],
    ['truncated', formatNumberOf(data.truncated, 'row')],
    ['infos', infos.join(', ') || 'none'],
    ['SHA-256', data.hash],
  ];
}

function rangeText({ min, max }: Omit<Summary, 'mean'>): string {
  return `${formatSignificant(min)} to ${formatSignificant(max)}`;
}

/** Of no episode there is nothing to sum up. */
function summaryText(summary: Summary | null): string {
  return summary === null ? '–' : `${rangeText(summary)}, mean ${formatSignificant(summary.mean)}`;
}

function summarise(values: Float32Array): Summary {
  let [sum, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { mean: sum / values.length, min, max };
}
