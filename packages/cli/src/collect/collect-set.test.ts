import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readD4rl, writeD4rl } from '@lamo/data';
import { afterAll, describe, expect, it } from 'vitest';
import { collectSet, describeSet, planSet } from './collect-set';

const folder = mkdtempSync(join(tmpdir(), 'lamo-set-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const set = { environment: 'cartpole-v1', rows: 20, seed: 1, noise: true, batch: 1 };
const plan = (name: string, force = false) => planSet(set, { out: join(folder, name), workers: 0, force });

describe('a set', () => {
  it('does not replace a file that somebody else has written while it was collected', async () => {
    const planned = await plan('two.hdf5');
    const file = planned.task.out;
    writeFileSync(file, 'theirs');
    await expect(collectSet(planned)).rejects.toMatchObject({ code: 'file-exists' });
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    await collectSet(await plan('two.hdf5', true));
    expect((await readD4rl(file)).size).toBe(20);
  });

  it('is not there already where its rows were changed since', async () => {
    const { value } = await collectSet(await plan('changed.hdf5'));
    const { file } = value;
    expect(await describeSet(value, file)).toMatchObject({ rows: 20, episodes: value.episodes });
    const dataset = await readD4rl(file);
    const rewards = dataset.rewards.map((reward) => reward / 100);
    await writeD4rl({ ...dataset, rewards }, file);
    await expect(describeSet(value, file)).rejects.toMatchObject({ code: 'changed-rows' });
  });
});
