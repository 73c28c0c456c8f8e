import { describe, expect, it } from 'vitest';
import { logEstimateRecord as record } from '../../test/log-estimate-record';
import { runRecord } from '../../test/run-record';
import type { LogEstimateRecord } from '../run/log-estimate-records';
import { logEstimateTables } from './log-estimate-section';
import { renderReport } from './render-report';
import { groupRuns } from './run-group';

const run = (path: string, seed: number, ...logEstimates: LogEstimateRecord[]) =>
  runRecord({ path, manifest: { seed }, logEstimates });

const render = (...runs: ReturnType<typeof run>[]) => renderReport(runs, new Date(0));

describe('a report on estimates by a log', () => {
  it('marks what is called worse than the log, and says which policy is better', async () => {
    const page = await render(run('runs/a', 0, record(9)), run('runs/b', 1, record(2)));
    expect(page).toContain('Estimates by the log shop');
    expect(page).toMatch(/<tr class="worse"><th scope="row">.*runs\/b/);
    expect(page).toMatch(/<tr class="better"><th scope="row">.*runs\/a/);
    expect(page).toContain('By WIS, runs/a is better than runs/b: 7 to 7 more.');
  });

  it('says that the data cannot tell, of policies that are too much alike', async () => {
    const close = record(5.1, { draws: [6, 4, 5.1] });
    const page = await render(run('runs/a', 0, record(5)), run('runs/b', 1, close));
    expect(page).toMatch(/By WIS, the data cannot tell runs\/b and runs\/a apart/);
    expect(page).toMatch(/<td class="verdict"[^>]*>the data cannot tell/);
  });

  it('puts in brackets what is not usable, and compares nothing with it', async () => {
    const unusable = record(9, { verdict: 'unusable', effectiveEpisodes: 2 });
    const page = await render(run('runs/a', 0, unusable), run('runs/b', 1, record(2)));
    expect(page).toContain('>(9)</td>');
    expect(page).toContain('fewer than 10 episodes decide');
    expect(page).not.toMatch(/By WIS|all weights are 0/);
    const unsure = record(9, { verdict: 'unusable', interval: null });
    expect(await render(run('runs/a', 0, unsure))).toContain('all weights are 0 in some resamples');
  });

  it('says where probabilities are from, how wide weights are, and why networks are not to be believed', async () => {
    const basis = { ...record(1).basis, behaviour: 'fitted' as const, bandwidth: 0.4321 };
    const odd = record(9, { basis, learnedFrom: true, fault: 'The networks of FQE: still moving.' });
    const page = await render(run('runs/a', 0, odd));
    expect(page).toContain('is estimated from the log itself');
    expect(page).toContain('0.4321 of the spread');
    expect(page).toContain('still moving.');
    expect(page).toContain('which flatters it');
    // What networks say that have diverged is neither an estimate nor a part of what was earned.
    expect(page).toMatch(/estimate">diverged<.*\n.*interval">–<.*\n.*log earned">–</);
  });
});

describe('a table of estimates by a log', () => {
  it('has of each run what was estimated last of its last policy, a table for each log and discount', () => {
    const again = record(7, { value: 7.5 });
    const other = { ...record(7).basis, discount: 0.5 };
    const tables = logEstimateTables(
      groupRuns([run('runs/a', 0, record(3), record(7), again, record(7, { basis: other }))]),
    );
    expect(
      tables.map(({ discount, policies }) => [discount, ...policies[0]!.records.map(({ value }) => value)]),
    ).toEqual([
      [0.9, 7.5],
      [0.5, 7],
    ]);
  });

  it('is not there without estimates', async () => {
    expect(logEstimateTables(groupRuns([run('runs/a', 0)]))).toEqual([]);
    expect(await render(run('runs/a', 0))).not.toContain('Estimates by the log');
  });
});
