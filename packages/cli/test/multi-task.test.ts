import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadResult, multiTaskBc } from '@lamo/algos';
import { Rng } from '@lamo/core';
import { createDataset, writeD4rl } from '@lamo/data';
import { evaluate, mean } from '@lamo/eval';
import { loadCheckpoint, openDevice } from '@lamo/runtime';
import { expect, it, vi } from 'vitest';
import { lamoSucceeds } from './lamo';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

/** Shows a number and one of two tasks: to follow it, or to oppose it. */
function followOrOppose() {
  let shown = Float64Array.of(0, 1, 0);
  return {
    spec: {
      id: 'follow-or-oppose',
      observationSize: 3,
      observationSpace: { kind: 'vector', parts: { task: { start: 1, end: 3 } } } as const,
      actionSize: 1,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: 1,
    },
    reset(seed = 0) {
      const rng = Rng.fromSeed(seed);
      const task = rng.integer(2);
      shown = Float64Array.of(rng.uniform(-1, 1), 1 - task, task);
      return shown;
    },
    step(action: ArrayLike<number>) {
      const wanted = (shown[1] === 1 ? 0.5 : -0.5) * shown[0]!;
      return {
        observation: shown,
        reward: -Math.abs(action[0]! - wanted),
        terminated: true,
        truncated: false,
      };
    },
    dispose() {},
  };
}

it('trains on a column of tasks from the command line, and plays where the observation names the task', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lamo-multi-task-'));
  const rng = Rng.fromSeed(2);
  const rows = Array.from({ length: 500 }, (_, row) => ({ x: rng.uniform(-1, 1), task: row % 2 }));
  const data = join(folder, 'tasks.hdf5');
  const columns = {
    observations: rows.map(({ x }) => [x]),
    actions: rows.map(({ x, task }) => [task === 0 ? x / 2 : -x / 2]),
    rewards: rows.map(() => 0),
    terminated: rows.map(() => true),
    infos: { task: { width: 1, data: Int32Array.from(rows, ({ task }) => task) } },
  };
  await writeD4rl(createDataset(columns), data);
  const settings = [
    '--task',
    'task',
    '--task-classes',
    '2',
    '--hidden-size',
    '32',
    '--learning-rate',
    '0.01',
  ];
  const out = ['--steps', '400', '--out', 'run'];
  const trained = await lamoSucceeds(
    ['train', 'multi-task-bc', '--dataset', data, ...settings, ...out],
    folder,
  );
  expect(trained.stderr + trained.stdout).not.toMatch(/whole numbers, and are taken for amounts/);
  const inspected = await lamoSucceeds(['inspect', 'run'], folder);
  expect(inspected.stdout).toContain(
    'observations of 3 numbers (task in columns 1 to 2), actions of 1 number',
  );

  const checkpoint = loadCheckpoint(join(folder, 'run/checkpoints/step-400.safetensors'));
  const policy = await loadResult(multiTaskBc, checkpoint, await openDevice('cpu'));
  const returns: number[] = [];
  for await (const episode of evaluate(policy, followOrOppose, { episodes: 50 }))
    returns.push(episode.return);
  // Whoever does nothing is 0.25 away on average.
  expect(mean(returns)).toBeGreaterThan(-0.05);
});
