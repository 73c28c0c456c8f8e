import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runContents } from '../../test/run-contents';
import { smallRuns } from '../../test/small-runs';
import { resumeRun } from './resume-run';
import { runFolder } from './run-folder';
import { startRun } from './start-run';

const plan = await smallRuns();

/** As after Ctrl-C while the steps are compiled, which nothing can interrupt. */
const stopped = { signal: AbortSignal.abort(new Error('stopped')) };

it('a run that is stopped while it is compiled takes no step, and leaves no folder', async () => {
  const run = plan('stopped');
  const steps: number[] = [];
  const begun = startRun(run, { ...stopped, onStep: (step) => steps.push(step) });
  await expect(begun).rejects.toThrow('stopped');
  expect(steps).toEqual([]);
  expect(existsSync(run.out)).toBe(false);
});

it('a run that is stopped while it is compiled to continue stays as it was', async () => {
  const { out } = plan('continued');
  await startRun(plan('continued'));
  const read = () => [runContents(out), readFileSync(runFolder(out).manifest, 'utf8')];
  const before = read();
  await expect(resumeRun(out, { steps: 6 }, stopped)).rejects.toThrow('stopped');
  expect(read()).toEqual(before);
});
