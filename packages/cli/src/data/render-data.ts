import type { Dataset, DatasetWarning } from '@lamo/core';
import {
  type ColumnSummary,
  countFinishedEpisodes,
  countRanges,
  episodeReturns,
  type LogReading,
  summariseColumns,
} from '@lamo/data';
import { histogram } from '../report/histogram';
import { html, type Markup, withCode } from '../report/html';
import { page } from '../report/page';
import { type DataDescription, dataFacts } from '../run/describe-data';
import { logRows } from '../run/describe-log';
import { formatNumberOf, formatSignificant } from '../terminal/format';
import { coverageSection } from './coverage-section';

/** Everything that a page about a dataset shows. */
export interface DataPage {
  readonly dataset: Dataset;
  readonly description: DataDescription;
  readonly warnings: readonly DatasetWarning[];
  /** How the columns of a log of one's own were read. */
  readonly log?: LogReading | undefined;
}

/** Renders what is in a dataset as one HTML page that needs nothing else: no script, no font, no request. */
export function renderData({ dataset, description, warnings, log }: DataPage): string {
  const summaries = summariseColumns(dataset);
  const { observations, actions, classes, classEntropy } = summaries;
  return page({
    title: dataset.name,
    lede: `${formatNumberOf(dataset.size, 'row')} in ${formatNumberOf(dataset.episodeEnds.length, 'episode')}`,
    sections: html`${notices(warnings)}
<section><h2>What it has</h2>
<dl>${dataFacts(description).map(([name, fact]) => html`<dt>${name}</dt><dd>${fact}</dd>`)}</dl></section>
${log === undefined ? undefined : logSection(log)}
${episodeSection(dataset)}
${columnSection('Observations', observations)}
${columnSection('Actions', actions)}
${classes.length === 0 ? undefined : classSection(classes, classEntropy!)}
${coverageSection(dataset, summaries)}`,
  });
}

function notices(warnings: readonly DatasetWarning[]): Markup | undefined {
  if (warnings.length === 0) return undefined;
  return html`<ul class="notices">${warnings.map(({ message }) => html`<li>${withCode(message)}</li>`)}</ul>`;
}

function logSection(log: LogReading): Markup {
  return html`<section><h2>How it was read</h2>
<table><thead><tr><th>what</th><th>column</th><th>read as</th></tr></thead>
<tbody>${logRows(log).map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>
<p class="note">What has a * follows from its name.${log.unused.length === 0 ? '' : ` Not read: ${log.unused.join(', ')}.`}</p></section>`;
}

/** Of the episodes that ended: what they earned, and how long they were. */
function episodeSection(dataset: Dataset): Markup | undefined {
  const finished = countFinishedEpisodes(dataset);
  if (finished === 0) return undefined;
  const ends = dataset.episodeEnds.subarray(0, finished);
  const returns = episodeReturns(dataset).subarray(0, finished);
  const lengths = Float64Array.from(ends, (end, i) => end - (ends[i - 1] ?? 0));
  const panel = (title: string, values: Float64Array) => {
    const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const counted = countRanges(values, { min, max, ranges: 30 });
    return html`<div><h3>${title}</h3>${histogram({ title, min, max, ...counted })}</div>`;
  };
  return html`<section><h2>Episodes</h2><div class="panels">${panel('Returns', returns)}${panel('Lengths', lengths)}</div></section>`;
}

/** Wide observations are shown by their first columns. */
const MOST_COLUMNS = 60;

function columnSection(title: string, columns: readonly ColumnSummary[]): Markup | undefined {
  if (columns.length === 0) return undefined;
  const rest = columns.length - MOST_COLUMNS;
  return html`<section><h2>${title}</h2>
<div class="panels">${columns.slice(0, MOST_COLUMNS).map(
    (column) => html`<div><h3>${column.name}</h3>${histogram({ title: column.name, ...column })}
<p class="note">mean ${formatSignificant(column.mean)}, deviation ${formatSignificant(column.deviation)}; ${percent(column.atEdges)} at the smallest or the largest</p></div>`,
  )}</div>${rest <= 0 ? undefined : html`<p class="note">And ${rest} more.</p>`}</section>`;
}

function classSection(classes: readonly { name: string; share: number }[], entropy: number): Markup {
  const most = Math.log2(classes.length);
  return html`<section><h2>Actions</h2>
<table><thead><tr><th>class</th><th class="number">chosen</th></tr></thead>
<tbody>${classes.map(({ name, share }) => html`<tr><th>${name}</th><td class="number">${percent(share)}</td></tr>`)}</tbody></table>
<p class="note">Entropy of how often each was chosen: ${formatSignificant(entropy)} bits, of at most ${formatSignificant(most)}. Where one class is nearly always chosen, little can be known of the others.</p></section>`;
}

const percent = (share: number) => `${formatSignificant(100 * share)} %`;
