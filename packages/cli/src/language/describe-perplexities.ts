import { modelResult } from '../report/model-result';
import type { RunGroup } from '../report/run-group';
import { durationOf, stepsOf, stepsPerSecondOf } from '../report/run-times';
import { formatCount, formatNumberOf, formatRate, formatSignificant, formatTable } from '../terminal/format';

/** Sums up language models that differ in their seed: a table of their last snapshots, and all of them together. */
export function describePerplexities(group: RunGroup): string {
  const rows = group.runs.map((run) => {
    const last = run.perplexities.at(-1);
    return [
      String(run.manifest.seed),
      last === undefined ? '–' : formatSignificant(last.perplexity),
      last === undefined ? '–' : formatSignificant(last.loss),
      formatCount(stepsOf(run)),
      durationOf(run, 'training'),
      formatRate(stepsPerSecondOf([run])),
    ];
  });
  const head = ['seed', 'perplexity', 'nats per token', 'steps', 'training', 'steps/s'];
  return [group.label, formatTable([head, ...rows]), ...describeTogether(group)].join('\n');
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
