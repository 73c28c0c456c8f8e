import { findSelectionRule, type Question } from '@lamo/algos';
import { formatSignificant } from '../terminal/format';

/** Most tasks that are named with their values. */
const NAMED = 5;

/** Says what to show next, and why. */
export function describeQuestion(question: Question, rule: string): string {
  const asked = question.tasks.map(({ name }) => name).join(', then ');
  return [`round ${question.round + 1}: show ${asked}`, ...why(question, rule)].join('\n');
}

function why({ candidates, values, isWarmStart }: Question, rule: string): string[] {
  if (isWarmStart) return ['  every task is asked for once before the rule chooses'];
  const { description, unit } = findSelectionRule(rule);
  if (values === undefined) return [`  ${rule} ${description}`];
  const order = candidates.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const named = order
    .slice(0, NAMED)
    .map((i) => `  ${wordValue(values[i]!).padStart(9)}  ${candidates[i]!.name}`);
  const more = order.length > NAMED ? [`             and ${order.length - NAMED} more`] : [];
  return [`  ${rule} ${description}`, `  (${unit}):`, ...named, ...more];
}

function wordValue(value: number): string {
  return Number.isFinite(value) ? formatSignificant(value) : 'not known';
}
