import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { referenceReturns } from '@lamo/eval';
import { afterAll, expect, it } from 'vitest';
import { lamoSucceedsHere } from '../../test/lamo-here';
import { evaluationRecord, runRecord, writeRun } from '../../test/run-record';

const folder = mkdtempSync(join(tmpdir(), 'lamo-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TASKS = ['maze2d-umaze-v1', 'maze2d-medium-v1'];

/** Scores of the seeds on each task. */
function writeRuns(algorithm: string, ...scores: number[][]): void {
  for (const [i, environment] of TASKS.entries()) {
    const { random, expert } = referenceReturns(environment);
    for (const [seed, score] of scores[i]!.entries()) {
      const dataset = { name: environment, path: '/nowhere', hash: environment, rows: 10, meanReturn: null };
      const evaluations = [evaluationRecord([random + (score / 100) * (expert - random)], { environment })];
      writeRun(
        join(folder, 'runs', `${algorithm}-${environment}-${seed}`),
        runRecord({ manifest: { algorithm, seed, dataset }, evaluations }),
      );
    }
  }
}

it('programs learn what all tasks together say, and how likely each algorithm is to do better', async () => {
  writeRuns('bc', [20, 40], [0, 20]);
  writeRuns('iql', [30, 50], [30, 170]);
  const { stdout } = await lamoSucceedsHere(['report', 'runs', '--out', 'report.html', '--json'], folder);
  const { allTasks } = JSON.parse(stdout);
  expect(allTasks).toHaveLength(1);
  const [{ origin, tasks, results, improvements }] = allTasks;
  expect({ origin, tasks }).toEqual({
    origin: 'training',
    tasks: [...TASKS].sort().map((name) => ({ environment: name, dataset: name })),
  });
  expect(results).toMatchObject([
    { policy: 'IQL', mean: { value: expect.closeTo(70, 9) }, best: expect.closeTo(70, 9) },
    // Of 100 nothing is above, of IQL's 170 the 70 do not count.
    { policy: 'BC', optimalityGap: { value: expect.closeTo(80, 9) } },
  ]);
  expect(results[0].optimalityGap.value).toBeCloseTo(47.5, 9);
  // 3 of 4 pairs in the first task, all in the second.
  expect(improvements).toMatchObject([{ first: 'IQL', second: 'BC', probability: 0.875 }]);
});
