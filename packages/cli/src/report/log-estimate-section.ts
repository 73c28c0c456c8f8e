import { findEstimator } from '@lamo/eval';
import { compareOnLog } from '../run/compare-on-log';
import { estimateKey, type LogEstimateRecord } from '../run/log-estimate-records';
import {
  cautionsOf,
  describeComparison,
  VERDICTS,
  wordEstimate,
  wordInterval,
  wordLogged,
} from '../terminal/describe-log-estimates';
import { formatCount, formatNumber } from '../terminal/format';
import { html, type Markup } from './html';
import { groupBy, type RunGroup } from './run-group';
import type { RunRecord } from './run-record';
import { seriesClass } from './style';

/** The policies of runs that were judged by the same log with the same discount. */
export interface LogEstimateTable {
  /** Name of the log. */
  readonly log: string;
  readonly discount: number;
  /** At least one, as runs are listed. */
  readonly policies: readonly JudgedPolicyRow[];
}

/** What a log says of the policy of one run. */
export interface JudgedPolicyRow {
  readonly run: RunRecord;
  readonly group: RunGroup;
  /** The last one of each kind of its last policy. */
  readonly records: readonly LogEstimateRecord[];
}

/** Sums up what logs say of the policies of runs, a table for each log and discount. */
export function logEstimateTables(groups: readonly RunGroup[]): LogEstimateTable[] {
  const all = groups.flatMap((group) =>
    group.runs.flatMap((run) => lastOnes(run).map((record) => ({ run, group, record }))),
  );
  const logOf = ({ basis }: LogEstimateRecord) => `${basis.discount} ${basis.log.hash}`;
  return groupBy(all, ({ record }) => logOf(record)).map((same) => {
    const { basis } = same[0]!.record;
    const policies = groupBy(same, ({ run }) => run.path).map((own) => ({
      ...{ run: own[0]!.run, group: own[0]!.group },
      records: own.map(({ record }) => record),
    }));
    return { log: basis.log.name, discount: basis.discount, policies };
  });
}

/** Of the policy that was judged last; what was estimated again counts once. */
function lastOnes({ logEstimates }: RunRecord): LogEstimateRecord[] {
  const policy = logEstimates.at(-1)?.policy;
  const own = logEstimates.filter((record) => record.policy === policy);
  return [...new Map(own.map((record) => [estimateKey(record), record])).values()];
}

/** Writes what logs say of policies, marks those that are called worse than what was logged, and says which are better than others. */
export function logEstimateSection({ log, discount, policies }: LogEstimateTable): Markup {
  const judged = policies.map(({ run, records }) => ({ run: run.path, records }));
  const notes = [
    `Discounted returns (discount ${discount}) from where episodes of ${log} begin, by the log alone: none was played. ‘Log earned’ is what its episodes earned; where an estimate looks beyond the cut of an episode, with what the policy is worth from there on. In brackets: not usable.`,
    ...new Set(policies.flatMap(({ records }) => cautionsOf(records))),
    ...compareOnLog(judged).map(describeComparison),
  ];
  return html`<section><h2>Estimates by the log ${log}</h2><table class="scores">
<caption>What policies are worth by ${log} alone, by each estimator</caption>
<thead><tr><th>policy</th><th>estimator</th><th class="number">estimate</th><th class="number">95 % interval</th><th class="number">log earned</th><th class="number">effective episodes</th><th>verdict</th></tr></thead>
<tbody>
${policies.map(policyRows)}</tbody>
</table>
<ul class="note">${notes.map((note) => html`<li>${note}</li>\n`)}</ul></section>
`;
}

function policyRows({ run, group, records }: JudgedPolicyRow): Markup[] {
  return records.map((record, i) => {
    const { estimator, effectiveEpisodes, episodes, verdict, step } = record;
    const name =
      i === 0
        ? html`<span class="swatch ${seriesClass(group.colour)}"></span>${run.path}<span class="range">${group.label}, seed ${run.manifest.seed}, ${formatCount(step)} steps</span>`
        : undefined;
    const effective =
      effectiveEpisodes === null
        ? formatCount(episodes)
        : html`${formatNumber(effectiveEpisodes)}<span class="range">of ${formatCount(episodes)}</span>`;
    return html`<tr class="${verdict}"><th scope="row">${name}</th><td data-label="estimator">${findEstimator(estimator).title}</td>
<td class="number main" data-label="estimate">${wordEstimate(record)}</td>
<td class="number" data-label="95 % interval">${wordInterval(record)}</td>
<td class="number" data-label="log earned">${wordLogged(record)}</td>
<td class="number" data-label="effective episodes">${effective}</td>
<td class="verdict" data-label="verdict">${VERDICTS[verdict]}</td></tr>
`;
  });
}
