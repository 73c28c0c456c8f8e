import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LerobotSet, writeLerobot } from '../../test/lerobot-set';
import { readDataset } from '../read-dataset';

const folder = mkdtempSync(join(tmpdir(), 'lamo-lerobot-'));
afterAll(() => rmSync(folder, { recursive: true }));

const writeSet = (name: string, options?: LerobotSet) => writeLerobot(join(folder, name), options);

describe('readLerobot', () => {
  it('puts what was observed side by side, with names, and knows where episodes end and how', async () => {
    const dataset = await readDataset(writeSet('whole'));
    expect(dataset).toMatchObject({ name: 'whole', size: 5, observationSize: 3, actionSize: 1 });
    expect(dataset.observationSpace).toEqual({
      kind: 'vector',
      parts: { state: { start: 0, end: 2 }, force: { start: 2, end: 3 } },
    });
    expect([...dataset.observations.subarray(0, 6)]).toEqual([0, 1, 10, 2, 3, 11]);
    expect([...dataset.actions]).toEqual([0.5, -0.5, 0.25, 1, -1]);
    expect([...dataset.rewards]).toEqual([0, 0, 1, 0, 0]);
    // The robot succeeded in the first, and was stopped in the second.
    expect([...dataset.terminated]).toEqual([0, 0, 1, 0, 0]);
    expect([...dataset.truncated]).toEqual([0, 0, 0, 0, 1]);
    expect([...dataset.infos.task!.data]).toEqual([4, 4, 4, 7, 7]);
    expect(dataset.warnings).toBeUndefined();
  });

  it('reads several files, in which episodes may be cut, as one', async () => {
    const whole = await readDataset(writeSet('one'));
    const parts = await readDataset(writeSet('two', { files: [2, 3] }), { name: 'one' });
    expect(parts).toEqual(whole);
  });

  it('takes done for the end of the task where nobody says whether it was a success, and reads version 2', async () => {
    const path = writeSet('done', {
      rows: { 'next.success': undefined },
      info: { codebase_version: 'v2.1' },
    });
    expect([...(await readDataset(path)).terminated]).toEqual([0, 0, 1, 0, 1]);
    const bare = writeSet('bare', { rows: { 'next.success': undefined, 'next.done': undefined } });
    expect([...(await readDataset(bare)).truncated]).toEqual([0, 0, 1, 0, 1]);
  });

  it('warns of videos that it leaves out, of rewards that are missing, and of a copy that is not whole', async () => {
    const path = writeSet('doubtful', {
      rows: { 'next.reward': undefined },
      features: { 'observation.images.top': { dtype: 'video', shape: [3, 8, 8] } },
      info: { total_episodes: 3 },
    });
    const { warnings, rewards } = await readDataset(path);
    expect(warnings!.map(({ code }) => code)).toEqual(['part-left-out', 'no-rewards', 'other-totals']);
    expect([...rewards]).toEqual([0, 0, 0, 0, 0]);
  });

  it('reads the parts that are named, in their order', async () => {
    const path = writeSet('parts');
    const { observations } = await readDataset(path, { observationParts: ['force', 'state'] });
    expect([...observations.subarray(0, 3)]).toEqual([10, 0, 1]);
    await expect(readDataset(path, { observationParts: ['pose'] })).rejects.toMatchObject({
      code: 'unknown-part',
    });
  });

  it.each<[string, Parameters<typeof writeSet>[1], string]>([
    ['of an early version', { info: { codebase_version: 'v1.6' } }, 'unknown-layout'],
    ['without actions', { rows: { action: undefined } }, 'missing-key'],
    [
      'with nothing observed but videos',
      { rows: { 'observation.state': undefined, 'observation.force': undefined } },
      'missing-key',
    ],
    ['without files', { files: [] }, 'missing-episode'],
    ['whose files lack a column', { features: { 'observation.extra': { dtype: 'float32' } } }, 'missing-key'],
    [
      'whose rows are mixed',
      { rows: { episode_index: [0n, 1n, 0n, 1n, 1n], frame_index: [0n, 0n, 1n, 1n, 2n] } },
      'rows-out-of-order',
    ],
    [
      'whose rows are in two places',
      { rows: { episode_index: [0n, 0n, 1n, 1n, 0n], frame_index: [0n, 1n, 0n, 1n, 0n] } },
      'rows-out-of-order',
    ],
    ['that lacks rows', { rows: { frame_index: [0n, 1n, 3n, 0n, 1n] } }, 'rows-out-of-order'],
    ['with a number that is none', { rows: { 'next.reward': [0, 0, null, 0, 0] } }, 'wrong-type'],
  ])('refuses a set %s', async (name, changes, code) => {
    await expect(readDataset(writeSet(name.replaceAll(' ', '-'), changes))).rejects.toMatchObject({ code });
  });
});
