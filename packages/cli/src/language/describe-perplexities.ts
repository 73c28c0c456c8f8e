import { modelResult } from '../report/model-result';
import type { RunGroup } from '../report/run-group';
import { formatCount, formatNumberOf, formatSignificant } from '../terminal/format';
import { seedTable } from './seed-table';

/** Sums up language models that differ in their seed: a table of their last snapshots, and all of them together. */
export function describePerplexities(group: RunGroup): string {
  const table = seedTable(group, ['perplexity', 'nats per token'], ({ perplexities }) => {
    const last = perplexities.at(-1);
    return last && [formatSignificant(last.perplexity), formatSignificant(last.loss)];
  });
  return [group.label, table, ...describeTogether(group)].join('\n');
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
