import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyAlgorithm, averageMetrics, findAlgorithm, type TrainedPolicy, train } from '@lamo/algos';
import { writeD4rl } from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import { loadCheckpoint, openDevice } from '@lamo/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderReport } from '../report/render-report';
import { readRun } from '../report/run-record';
import { continueRun } from './continue-run';
import { readPolicyManifest } from './read-manifest';
import { lastCheckpoint, runFolder } from './run-folder';
import { startRun } from './start-run';

const folder = mkdtempSync(join(tmpdir(), 'lamo-evaluator-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Behaviour cloning that goes the other way once it has earned what it was told to. */
function follower(targetReturns: readonly number[]): AnyAlgorithm {
  const bc = findAlgorithm('bc');
  const create = (...args: Parameters<typeof bc.result.create>): TrainedPolicy => {
    const policy: TrainedPolicy = bc.result.create(...args);
    let missing = new Float64Array(0);
    return {
      targetReturns,
      load: (state) => policy.load(state),
      dispose: () => policy.dispose(),
      reset(batch, targets = new Float64Array(batch).fill(1)) {
        missing = Float64Array.from(targets);
        policy.reset(batch);
      },
      async act(observations, previousRewards) {
        const actions = await policy.act(observations, previousRewards);
        missing = missing.map((value, slot) => value - previousRewards[slot]!);
        return actions.map((value, i) => (missing[Math.floor(i / 2)]! > 0 ? value : -value));
      },
    };
  };
  return { ...bc, result: { ...bc.result, create } };
}

const dataset = await collectMaze({ maze: 'umaze', reward: 'dense', rows: 300, seed: 1 });
const algorithm = follower([20, 0.5]);
const run = runFolder(join(folder, 'run'));

beforeAll(async () => {
  const datasetPath = join(folder, 'data.hdf5');
  await writeD4rl(dataset, datasetPath);
  await startRun({
    algorithm,
    dataset,
    datasetPath,
    config: { hiddenSize: 8, batchSize: 8 },
    seed: 1,
    steps: 10,
    evaluation: { environment: 'maze2d-umaze-dense-v1', every: 5, episodes: 2, seed: 3 },
    logEvery: 5,
    checkpointEvery: 5,
    device: { name: 'cpu' },
    out: run.path,
    overwrite: false,
  });
});

it('writes one record for each target of each evaluation, from the same starts', () => {
  expect(readPolicyManifest(run.manifest).evaluation!.targetReturns).toEqual([20, 0.5]);
  const { evaluations, trajectories } = readRun(run.path);
  expect(evaluations.map(({ step, targetReturn }) => [step, targetReturn])).toEqual([
    ...[
      [5, 20],
      [5, 0.5],
    ],
    ...[
      [10, 20],
      [10, 0.5],
    ],
  ]);
  const [ambitious, modest] = evaluations;
  expect(ambitious!.returns).toHaveLength(2);
  expect(ambitious!.seeds).toEqual(modest!.seeds);
  expect(ambitious!.returns).not.toEqual(modest!.returns);
  expect(trajectories.map(({ targetReturn }) => targetReturn).sort()).toEqual([0.5, 20]);
});

it('makes up for the target that was missing when a run was stopped, to the byte', async () => {
  const whole = readFileSync(run.evaluations, 'utf8');
  writeFileSync(run.evaluations, whole.split('\n').slice(0, -2).join('\n').concat('\n'));
  expect(readRun(run.path).evaluations).toHaveLength(3);
  const manifest = readPolicyManifest(run.manifest);
  const resume = loadCheckpoint(lastCheckpoint(run));
  const training = await train(algorithm, dataset, { steps: 10, every: 5, resume });
  const told: (number | null)[] = [];
  const observer = {
    onEvaluation: (record: { targetReturn: number | null }) => told.push(record.targetReturn),
  };
  const open = { folder: run, manifest, training, averages: averageMetrics() };
  await continueRun(open, { data: dataset, warnings: [] }, await openDevice('cpu'), observer);
  expect(told).toEqual([0.5]);
  expect(readFileSync(run.evaluations, 'utf8')).toBe(whole);
});

it('is reported with the best target named', async () => {
  const page = await renderReport([readRun(run.path)], new Date(0));
  expect(page).toMatch(/BC, target (20|0\.5)<\/th>/);
  expect(page).toMatch(/BC, target (20|0\.5)<\/strong>/); // under the paths
});

it('writes no target, and no more than one record, for a policy that follows none', async () => {
  const out = join(folder, 'plain');
  await startRun({
    algorithm: findAlgorithm('bc'),
    dataset,
    datasetPath: join(folder, 'data.hdf5'),
    config: { hiddenSize: 8, batchSize: 8 },
    seed: 1,
    steps: 2,
    evaluation: { environment: 'maze2d-umaze-dense-v1', every: 2, episodes: 2, seed: 3 },
    logEvery: 2,
    checkpointEvery: 2,
    device: { name: 'cpu' },
    out,
    overwrite: false,
  });
  expect(readRun(out).evaluations.map(({ targetReturn }) => targetReturn)).toEqual([null]);
  expect(readdirSync(join(out, 'trajectories'))).toEqual(['maze2d-umaze-dense-v1-step-2.json']);
});

it('reads the folders of earlier versions, which knew no targets', () => {
  const plain = runFolder(join(folder, 'plain'));
  for (const path of [plain.evaluations, plain.manifest]) {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"targetReturn":null,', '').replace(/,\s*"targetReturns": \[\]/, ''));
    expect(readFileSync(path, 'utf8')).not.toContain('target');
  }
  const { evaluations, manifest } = readRun(plain.path);
  expect(evaluations[0]!.targetReturn).toBeNull();
  expect(manifest.evaluation!.targetReturns).toEqual([]);
});
