import { type Interval, mean } from '@lamo/eval';
import type { EvaluationRecord } from '../run/records';
import { summariseScores, toUnit, unitOf } from '../scores';
import { formatNumber, formatNumberOf, formatTarget } from './format';

/**
 * Describes one evaluation in a few lines: one for each target return, if the policy follows any, and which is best.
 *
 * @param evaluations of one policy at one step, at least one
 */
export function describeEvaluations(title: string, evaluations: readonly EvaluationRecord[]): string {
  const { step, environment, seed, targetReturn, returns } = evaluations[0]!;
  const each = targetReturn === null ? '' : ' of each target return';
  const episodes = `${formatNumberOf(returns.length, 'episode')}${each}`;
  return [
    `${title} after ${formatNumberOf(step, 'step')}, ${episodes} in ${environment} from seed ${seed}`,
    ...evaluations.map(describeScore),
    ...(evaluations.length > 1 ? [describeBest(evaluations)] : []),
  ].join('\n');
}

function describeScore({ environment, targetReturn, returns }: EvaluationRecord): string {
  const unit = unitOf(environment);
  const { mean: value, interval, interquartileMean: iqm } = summariseScores(toUnit(environment, returns));
  const facts = [
    `${unit} ${formatNumber(value)}`,
    ...(interval === null ? [] : [`95 % interval over its episodes ${formatRange(interval)}`]),
    `interquartile mean ${formatNumber(iqm.value)}${iqm.interval === null ? '' : ` (${formatRange(iqm.interval)})`}`,
    ...(unit === 'score' ? [`return ${formatNumber(mean(returns))}`] : []),
  ];
  return `  ${targetReturn === null ? '' : `target ${formatTarget(targetReturn)}: `}${facts.join(', ')}`;
}

function formatRange({ low, high }: Interval): string {
  return `${formatNumber(low)} to ${formatNumber(high)}`;
}

/** The best of n numbers cost n evaluations. */
function describeBest(evaluations: readonly EvaluationRecord[]): string {
  const [best] = [...evaluations].sort((a, b) => mean(b.returns) - mean(a.returns));
  const count = evaluations.length;
  return [
    `  best target: ${formatTarget(best!.targetReturn!)}. To choose it among ${count} cost ${count} evaluations,`,
    'and by chance alone the best of several looks better than it is',
  ].join(' ');
}
