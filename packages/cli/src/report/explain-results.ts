import { environments } from '@lamo/eval';
import { describeSpent } from '../run/spent';
import { explainScore, scoreSource } from '../scores';
import { formatCount, formatNumber, formatTarget } from '../terminal/format';
import { html, type Markup } from './html';
import type { GroupResult } from './results';

/** Says what stands in tables of results: what scores and intervals are of, and what was chosen from. */
export function explainResults(environment: string, results: readonly GroupResult[]): Markup {
  const notes = [
    explainUnit(environment),
    ...explainIntervals(results),
    'IQM is the interquartile mean: without the lowest and the highest quarter of the values (rounded down, so of fewer than four values it is the mean).',
    ...explainMissing(results),
    ...explainTarget(environment, results),
    ...explainChoice(results),
    ...explainMaze(environment),
    explainSpent(results),
  ];
  return html`<ul class="note">${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`;
}

function explainUnit(environment: string): string {
  const source = scoreSource(environment);
  return source !== undefined
    ? `Scores are on ${source}’s scale: ${explainScore(source)}. A policy can do worse than 0 and better than 100.`
    : 'Returns are undiscounted sums of an episode’s rewards.';
}

function explainIntervals(results: readonly GroupResult[]): string[] {
  const counts = results.map(({ seeds }) => seeds);
  const hasNone = results.some(({ interval }) => interval === null);
  return [
    'Intervals are 95 % bootstrap intervals, each for the mean or the IQM that it is shown with.',
    ...(Math.max(...counts) > 1
      ? [
          'Over runs: each run counts once, with the mean of its episodes. With two or three runs such an interval cannot be wider than from the lowest to the highest, which is too narrow.',
        ]
      : []),
    ...(Math.min(...counts) === 1
      ? [
          'Over episodes, if there is only one run: it says how much other episodes might change the result, and nothing about other seeds.',
        ]
      : []),
    ...(hasNone ? ['A single episode has no interval (–): it says nothing about others.'] : []),
  ];
}

/** Seeds of one policy that have no step in common, or no target return at it. */
export function explainMissing(results: readonly GroupResult[], where = ''): string[] {
  return results
    .filter(({ seeds, evaluatedSeeds }) => seeds < evaluatedSeeds)
    .map(
      (result) =>
        `Of ${result.group.label}${where}${result.origin === 'later' ? ', evaluated later,' : ''} ${result.seeds} of ${result.evaluatedSeeds} evaluated seeds count: ${whyMissing(result)}.`,
    );
}

function whyMissing({ seeds, seedsAtStep, evaluatedSeeds, step, targetReturn }: GroupResult): string {
  const noStep = `there is no step at which all were evaluated, so the last step of any of them is shown, ${formatCount(step)}`;
  const target = targetReturn === null ? 'none' : formatTarget(targetReturn);
  const best = `so the target with the best mean is shown, ${target}`;
  if (seeds === seedsAtStep) return noStep;
  if (seedsAtStep < evaluatedSeeds) {
    return `${noStep}; those evaluated there were told no target return in common, ${best}`;
  }
  return `at step ${formatCount(step)}, the last that they share, they were told no target return in common, ${best}`;
}

function explainTarget(environment: string, results: readonly GroupResult[]): string[] {
  const found = results.find(({ targetReturn }) => targetReturn !== null);
  if (found === undefined) return [];
  const target = formatTarget(found.targetReturn!);
  return [
    `“Target ${target}” means that the policy was asked for a return of ${target} in an episode of ${environment}; unless it was set, that is the highest return in the data.`,
  ];
}

/** Choosing by the score is biased upwards, so all choices are listed. */
function explainChoice(results: readonly GroupResult[]): string[] {
  const chosen = results.filter(({ targets }) => targets.length > 1);
  if (chosen.length === 0) return [];
  const lists = chosen.map(({ group, targets, origin }) => {
    const scores = targets.map(({ targetReturn, last }) => {
      return `${formatNumber(last.value)} for ${targetReturn === null ? 'none' : formatTarget(targetReturn)}`;
    });
    return `${group.label}${origin === 'later' ? ', evaluated later,' : ''} ${scores.join(', ')}`;
  });
  return [
    `If several target returns were tried, the best is shown, as LaMo’s authors do; it was chosen by these same scores, those of the last step. All that were tried, with their means there: ${lists.join('; ')}.`,
  ];
}

function explainMaze(environment: string): string[] {
  if (environments.get(environment)?.maze === undefined) return [];
  return [
    'In a maze a policy that imitates can score below 0: the logged player mostly passed this goal on its way to others, while a random policy hardly moves and keeps earning when it starts there.',
  ];
}

function explainSpent(results: readonly GroupResult[]): string {
  const costs = results.map((result) => `${result.group.label} ${describeSpent(result.spent)}`);
  return `What was spent in the environment so far, during training and later, on what is not shown too: ${[...new Set(costs)].join(', ')}.`;
}
