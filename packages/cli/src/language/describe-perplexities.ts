import { modelResult } from '../report/model-result';
import type { RunGroup } from '../report/run-group';
import type { RunRecord } from '../report/run-record';
import { durationOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { formatCount, formatNumberOf, formatRate, formatSignificant, formatTable } from '../terminal/format';

/** Sums up language models that differ in their seed: a table of their last snapshots, and all of them together. */
export function describePerplexities(group: RunGroup): string {
  const table = seedTable(group, ['perplexity', 'nats per token'], ({ perplexities }) => {
    const last = perplexities.at(-1);
    return last && [formatSignificant(last.perplexity), formatSignificant(last.loss)];
  });
  return [group.label, table, ...describeTogether(group)].join('\n');
}

/**
 * Tells of runs that differ in their seed what was found last, and how long they took.
 *
 * @param names of what was found
 * @param found undefined if nothing was
 */
export function seedTable(
  { runs }: Pick<RunGroup, 'runs'>,
  names: readonly string[],
  found: (run: RunRecord) => readonly string[] | undefined,
): string {
  const rows = runs.map((run) => [
    String(run.manifest.seed),
    ...(found(run) ?? names.map(() => '–')),
    formatCount(stepsOf(run)),
    durationOf(run, 'training'),
    formatRate(stepsPerSecondOf([run])),
  ]);
  return formatTable([['seed', ...names, 'steps', 'training', 'steps/s'], ...rows]);
}

/** The mean is over losses: perplexities are their exponentials. */
function describeTogether(group: RunGroup): string[] {
  const result = modelResult(group);
  if (result === undefined) return [];
  const { loss, perplexity, step } = result;
  const { length } = group.runs.filter(({ perplexities }) => perplexities.length > 0);
  return [
    `perplexity ${formatSignificant(perplexity)}: e to the mean loss, ${formatSignificant(loss)}, over ${formatNumberOf(length, 'seed')} at step ${formatCount(step)}`,
  ];
}
