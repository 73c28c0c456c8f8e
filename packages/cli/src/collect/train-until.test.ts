import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sac } from '@lamo/algos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../run/read-manifest';
import { checkpointSteps, runFolder } from '../run/run-folder';
import type { ActingRun } from '../run/start-experience';
import { chooseOutput } from '../terminal/output';
import { trainUntil } from './train-until';

const folder = mkdtempSync(join(tmpdir(), 'lamo-until-'));
beforeAll(() => chooseOutput({ quiet: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = (name: string): ActingRun => ({
  ...{ algorithm: sac, config: { hiddenSize: 8, batchSize: 8 }, seed: 1, steps: 60 },
  ...{ logEvery: 20, checkpointEvery: 20, device: { name: 'cpu', threads: 1 } },
  ...{ out: join(folder, name), overwrite: false, environment: 'cartpole-v1' },
  settings: { randomSteps: 20, stepsAtOnce: 8 },
  evaluation: { environment: 'cartpole-v1', every: 20, episodes: 2, seed: 3 },
});
const until = (name: string, target: number) => trainUntil(plan(name), target, 'run it again');
const replayOf = (name: string) => readFileSync(runFolder(join(folder, name)).replay);
const stepsOf = (name: string) => checkpointSteps(runFolder(join(folder, name)));

describe('a training until a target', () => {
  it('ends at the first evaluation that returns it, and is not trained further when asked again', async () => {
    const first = await until('reached', 1);
    expect(first.step).toBe(20);
    expect(stepsOf('reached').at(-1)).toBe(20);
    const logged = replayOf('reached');
    expect(await until('reached', 1)).toEqual(first);
    expect(replayOf('reached')).toEqual(logged);
    expect(readManifest(runFolder(join(folder, 'reached')).manifest).sessions).toHaveLength(1);
  });

  it('goes to its last step where none returns it, and continues where it was as if it had not been stopped', async () => {
    expect((await until('never', 1e9)).step).toBe(60);
    expect((await until('never', 1e9)).step).toBe(60);
    await until('in parts', 1);
    expect((await until('in parts', 1e9)).step).toBe(60);
    expect(replayOf('in parts')).toEqual(replayOf('never'));
  });

  it('is refused in the folder of another', async () => {
    await until('other', 1);
    await expect(trainUntil({ ...plan('other'), seed: 2 }, 1, '')).rejects.toMatchObject({
      code: 'other-settings',
    });
  });
});
