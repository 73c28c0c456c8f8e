import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LamoError } from '@lamo/core';
import { type SharedDevice, shareDevice } from '@lamo/runtime';
import { expect, it } from 'vitest';
import { loopDevice } from '../../../../test/loop-device';
import { runContents } from '../../test/run-contents';
import { smallRuns } from '../../test/small-runs';
import { resumeRun } from '../run/resume-run';
import { type NewRun, startRun } from '../run/start-run';
import type { Report } from '../terminal/parent-process';
import { startHere } from './start-here';
import type { Job } from './start-job';

const plan = await smallRuns();

/** The job of a run. */
function jobOf(run: NewRun): Job {
  return {
    ...{ label: `seed ${run.seed}`, path: run.out, args: [], device: 'loops', steps: run.steps, done: 0 },
    open: loopDevice,
    train: (observer, opened) => startRun({ ...run, device: { ...run.device, opened } }, observer),
  };
}

/** Starts jobs together. @param heard is told what they report */
async function startTogether(jobs: readonly Job[], heard = (_job: Job, _report: Report) => {}) {
  const places = shareDevice(await loopDevice(), jobs.length);
  return jobs.map((job, i) =>
    startHere(job, (report) => heard(job, report), { place: places[i] as SharedDevice }),
  );
}

it('seeds on one device leave the folders that each leaves alone, and report what each does', async () => {
  const runs = [1, 2, 3].map((seed) => plan(`together-${seed}`, { seed }));
  const updates = new Map<string, number>();
  const started = await startTogether(runs.map(jobOf), ({ label }, { update }) => {
    if (update !== undefined) updates.set(label, update);
  });
  expect(await Promise.all(started.map(({ outcome }) => outcome))).toEqual(runs.map(() => 'finished'));
  expect([...updates.keys()].sort()).toEqual(['seed 1', 'seed 2', 'seed 3']);
  const opened = await loopDevice();
  for (const [i, run] of runs.entries()) {
    const alone = plan(`alone-${run.seed}`, { seed: run.seed, device: { name: 'cpu', opened } });
    await startRun(alone);
    expect(runContents(runs[i]!.out)).toEqual(runContents(alone.out));
  }
});

it('one that fails says why, and the others finish', async () => {
  const runs = [1, 2].map((seed) => plan(`failing-${seed}`, { seed, steps: 6 }));
  const [good, bad] = runs.map(jobOf) as [Job, Job];
  const failing: Job = {
    ...bad,
    train: (observer, device) =>
      bad.train(
        {
          ...observer,
          onStep() {
            throw new LamoError({ where: 'here', code: 'enough', problem: 'Enough' });
          },
        },
        device,
      ),
  };
  const started = await startTogether([good, failing]);
  const outcomes = await Promise.all(started.map(({ outcome }) => outcome));
  expect(outcomes).toEqual([
    'finished',
    { failure: expect.objectContaining({ code: 'enough', problem: 'Enough' }) },
  ]);
  expect(existsSync(join(good.path, 'policy.onnx'))).toBe(true);
});

it('Ctrl-C stops all of them with a checkpoint each, from which they continue', async () => {
  const runs = [1, 2].map((seed) => plan(`stopped-${seed}`, { seed, steps: 1500, checkpointEvery: 1500 }));
  const reason = new LamoError({
    where: 'cli',
    code: 'interrupted',
    problem: 'Interrupted',
    cause: 'SIGINT',
  });
  let stop = () => {};
  const started = await startTogether(runs.map(jobOf), (_, { update }) => {
    if (update !== undefined) stop();
  });
  stop = () => {
    for (const job of started) job.stop(reason);
  };
  expect(await Promise.all(started.map(({ outcome }) => outcome))).toEqual(['stopped', 'stopped']);
  for (const { out } of runs) expect(readdirSync(join(out, 'checkpoints'))).toHaveLength(1);
  const device = await loopDevice();
  const places = shareDevice(device, 2);
  const resumed = runs.map(({ out }, i) =>
    resumeRun(out, { opened: places[i]! }).finally(() => places[i]!.leave()),
  );
  await Promise.all(resumed);
  const alone = plan('alone', {
    seed: 1,
    steps: 1500,
    checkpointEvery: 1500,
    device: { name: 'cpu', opened: device },
  });
  await startRun(alone);
  expect(runContents(runs[0]!.out)['policy.onnx']).toBe(runContents(alone.out)['policy.onnx']);
});
