import { expect, it } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import { groupRuns } from '../report/run-group';
import type { RunRecord } from '../report/run-record';
import { describeScores } from './describe-scores';

/** A run of 200 steps in 10 s whose last evaluation had these returns, by target return. */
function run(seed: number, ...evaluations: [targetReturn: number | null, returns: number[]][]): RunRecord {
  return runRecord({
    manifest: { seed },
    evaluations: evaluations.map(([targetReturn, returns]) => evaluationRecord(returns, { targetReturn })),
  });
}

const describeRuns = (runs: readonly RunRecord[]) => groupRuns(runs).map(describeScores).join('\n\n');

it('lists seeds in their order, and says what they reach together and how far they lie apart', () => {
  const runs = [run(10, [null, [6, 10]]), run(9, [null, [4, 4]])];
  expect(describeRuns(runs).split('\n')).toEqual([
    'BC',
    'seed  last return  steps  training  steps/s',
    '────  ───────────  ─────  ────────  ───────',
    '9             4.0    200      10 s       20',
    '10            8.0    200      10 s       20',
    // Of 4 and 8: mean 6, standard deviation √8.
    'my-environment-v0: last return 6.0 ± 2.8, mean ± standard deviation over 2 seeds; 95 % interval of the mean 4.0 to 8.0',
    '  spent in the environment so far: 2 evaluations (4 episodes, 400 steps of the environment)',
  ]);
});

it('shows the target return that all seeds together are best with, and says that it was chosen', () => {
  const runs = [run(0, [50, [9]], [20, [2]]), run(1, [50, [1]], [20, [6]])];
  const lines = describeRuns(runs).split('\n');
  expect(lines.slice(3, 5)).toEqual([
    '0             9.0    200      10 s       20',
    '1             1.0    200      10 s       20',
  ]);
  expect(lines[5]).toMatch(
    /^my-environment-v0, target 50: last return 5\.0 ± .* \(the best of 2 target returns/,
  );
  expect(lines[6]).toMatch(
    /^ {2}target 50: last 5\.0, mean of the last 20 % of steps 5\.0 \(1 evaluation\), best 5\.0 /,
  );
  expect(lines[7]).toMatch(
    /^ {2}target 20: last 4\.0, .*, best 4\.0 \(chosen by looking at 1 evaluation of each seed\)$/,
  );
});

it('names the last, the mean of the last and the best, and what was looked at for it', () => {
  const evaluations = [7, 1, 2, 3, 4].map((value, i) => evaluationRecord([value], { step: 40 * (i + 1) }));
  expect(
    describeRuns([runRecord({ evaluations })])
      .split('\n')
      .slice(-3),
  ).toEqual([
    'my-environment-v0: last return 4.0, mean over the only episode of one seed',
    '  last 4.0, mean of the last 20 % of steps 4.0 (1 evaluation), best 7.0 (chosen by looking at 5 evaluations)',
    '  spent in the environment so far: 5 evaluations (5 episodes, 500 steps of the environment)',
  ]);
});

it('does not know how long a run trained that says only how long it was evaluated', () => {
  const timing = [{ step: 200, activity: 'evaluation' as const, seconds: 3 }];
  expect(
    describeRuns([{ ...run(3), timing }])
      .split('\n')
      .at(-1),
  ).toMatch(/^3 +200 +– +–$/);
});

it('speaks of episodes where there is one seed, and of no scores where nothing was evaluated', () => {
  expect(describeRuns([run(3, [null, [4, 4]])])).toMatch(
    /: last return 4\.0, mean over the episodes of one seed;/,
  );
  expect(describeRuns([run(3)]).split('\n')).toEqual([
    'BC',
    'seed  steps  training  steps/s',
    '────  ─────  ────────  ───────',
    '3       200      10 s       20',
  ]);
});
