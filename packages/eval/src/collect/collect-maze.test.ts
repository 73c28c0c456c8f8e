import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@lamo/core';
import { readD4rl, writeD4rl } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { mazes } from '../mazes/mazes';
import { collectMaze } from './collect-maze';

const ROWS = 5000;

describe('collectMaze', () => {
  it('gives equal data for equal seeds', async () => {
    const options = { maze: 'umaze', rows: ROWS, noisy: true } as const;
    const one = await collectMaze({ ...options, seed: 1 });
    expect(await collectMaze({ ...options, seed: 1 })).toEqual(one);
    expect((await collectMaze({ ...options, seed: 2 })).observations).not.toEqual(one.observations);
  });

  it('moves on from target to target, without an end', async () => {
    const dataset = await collectMaze({ maze: 'umaze', rows: ROWS });
    expect(dataset.name).toBe('maze2d-umaze-v1');
    expect(dataset.size).toBe(ROWS);
    expect(dataset.terminated.every((flag) => flag === 0)).toBe(true);
    const switches = switchRows(dataset);
    expect(switches.length).toBeGreaterThan(20);
    const { goal, qpos } = dataset.infos;
    for (let row = 0; row < ROWS - 1; row++) {
      const hasNewGoal = goal!.data[2 * row] !== goal!.data[2 * row + 2];
      expect(hasNewGoal).toBe(switches.includes(row));
      // No reset: at 5 metres per second the ball moves by 0.05 a step.
      const jump = Math.hypot(
        qpos!.data[2 * row + 2]! - qpos!.data[2 * row]!,
        qpos!.data[2 * row + 3]! - qpos!.data[2 * row + 1]!,
      );
      expect(jump).toBeLessThan(0.075);
    }
  });

  it('switches targets where the ball is near the target cell', async () => {
    const { observations, infos, ...dataset } = await collectMaze({ maze: 'medium', rows: ROWS });
    for (const row of switchRows(dataset)) {
      const goal = infos.goal!.data.subarray(2 * row, 2 * row + 2);
      const x = observations[4 * row]! - Math.round(goal[0]!);
      const y = observations[4 * row + 1]! - Math.round(goal[1]!);
      expect(Math.hypot(x, y)).toBeLessThan(0.1);
      const cell = [Math.round(goal[0]!), Math.round(goal[1]!)];
      expect(mazes.medium.freeCells).toContainEqual(cell);
    }
  });

  it('pays for the evaluation goal, by the observation of the same row', async () => {
    const sparse = await collectMaze({ maze: 'umaze', rows: ROWS });
    const dense = await collectMaze({ maze: 'umaze', rows: ROWS, reward: 'dense' });
    expect(dense.name).toBe('maze2d-umaze-dense-v1');
    expect(dense.observations).toEqual(sparse.observations);
    expect(sparse.rewards.some((reward) => reward === 1)).toBe(true);
    for (let row = 0; row < ROWS; row++) {
      const distance = Math.hypot(sparse.observations[4 * row]! - 1, sparse.observations[4 * row + 1]! - 1);
      if (Math.abs(distance - 0.5) > 1e-6) expect(sparse.rewards[row]).toBe(distance <= 0.5 ? 1 : 0);
      expect(dense.rewards[row]).toBeCloseTo(Math.exp(-distance), 5);
    }
  });

  it('repeats the observation after a switch as D4RL does, unless told otherwise', async () => {
    const options = { maze: 'umaze', rows: ROWS, noisy: true } as const;
    const stale = await collectMaze(options);
    const fresh = await collectMaze({ ...options, staleObservations: false });
    const repeats = (dataset: Dataset) =>
      switchRows(dataset).filter((row) => {
        const [now, next] = [
          dataset.observations.subarray(4 * row),
          dataset.observations.subarray(4 * row + 4),
        ];
        return row < ROWS - 1 && now.subarray(0, 4).every((value, i) => value === next[i]);
      }).length;
    expect(repeats(stale)).toBe(switchRows(stale).filter((row) => row < ROWS - 1).length);
    expect(repeats(fresh)).toBe(0);
    for (let row = 0; row < ROWS; row++) {
      const seen = fresh.observations.subarray(4 * row, 4 * row + 2);
      expect(seen).toEqual(fresh.infos.qpos!.data.subarray(2 * row, 2 * row + 2));
    }
  });

  it('keeps actions in bounds, noisy or not', async () => {
    const calm = await collectMaze({ maze: 'umaze', rows: ROWS });
    const noisy = await collectMaze({ maze: 'umaze', rows: ROWS, noisy: true });
    for (const { actions } of [calm, noisy])
      expect(actions.every((value) => Math.abs(value) <= 1)).toBe(true);
    expect(noisy.actions).not.toEqual(calm.actions);
  });

  it('can be written as a D4RL file and read again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lamo-eval-'));
    try {
      const dataset = await collectMaze({ maze: 'umaze', rows: 1000, noisy: true });
      const path = join(folder, 'maze2d-umaze-v1.hdf5');
      await writeD4rl(dataset, path);
      expect(await readD4rl(path)).toEqual(dataset);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reports its progress and stops when its signal is aborted', async () => {
    const rows: number[] = [];
    await collectMaze({ maze: 'umaze', rows: 6000, onProgress: (row) => rows.push(row) });
    expect(rows).toEqual([0, 5000, 6000]);
    const stop = new AbortController();
    const onProgress = (row: number) => row > 0 && stop.abort(new Error('Ctrl-C'));
    const options = { maze: 'umaze', rows: 1e6, onProgress, signal: stop.signal } as const;
    await expect(collectMaze(options)).rejects.toThrow('Ctrl-C');
  });

  it('refuses a maze that there is not', async () => {
    await expect(collectMaze({ maze: 'umase' as 'umaze', rows: 1 })).rejects.toThrow('Did you mean "umaze"?');
    await expect(collectMaze({ maze: 'umaze', rows: 0 })).rejects.toThrow(
      '`rows` must be a positive integer',
    );
  });
});

function switchRows({ truncated }: Pick<Dataset, 'truncated'>): number[] {
  return Array.from(truncated.keys()).filter((row) => truncated[row] === 1);
}
