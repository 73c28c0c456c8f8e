import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAlgorithm } from '@lamo/algos';
import { readD4rl, writeD4rl } from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import { loadCheckpoint, saveCheckpoint } from '@lamo/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runContents } from '../../test/run-contents';
import { writeHdf5 } from '../../test/write-hdf5';
import { readPolicyManifest } from './read-manifest';
import { resumeRun } from './resume-run';
import { checkpointPath, lastCheckpoint, type RunFolder, runFolder } from './run-folder';
import { startRun } from './start-run';

const folder = mkdtempSync(join(tmpdir(), 'lamo-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

const reference = join(folder, 'reference');
const STEPS = 25;
const MOMENTS = ['step 10', 'step 15', 'step 25', 'evaluation of 10', 'evaluation of 25', 'evaluated 25'];

/** Copies the run's folder as it is now, which is what a process leaves that is killed now. */
function leave(moment: string): void {
  if (MOMENTS.includes(moment)) cpSync(reference, join(folder, moment), { recursive: true });
}

beforeAll(async () => {
  const datasetPath = join(folder, 'data.hdf5');
  await writeD4rl(await collectMaze({ maze: 'umaze', reward: 'dense', rows: 300, seed: 1 }), datasetPath);
  const dataset = await readD4rl(datasetPath);
  const run = {
    ...{ algorithm: findAlgorithm('bc'), dataset, datasetPath, config: { hiddenSize: 8, batchSize: 8 } },
    heldOut: 0.3,
    evaluation: { environment: 'maze2d-umaze-dense-v1', every: 10, episodes: 2, seed: 3 },
    // The end is not a multiple of either, so that its line of metrics and its checkpoint come early.
    ...{ seed: 1, steps: STEPS, logEvery: 10, checkpointEvery: 15 },
    ...{ device: { name: 'cpu' as const }, out: reference, overwrite: false },
  };
  await startRun(run, {
    onStep: (step) => leave(`step ${step}`),
    onEvaluationStart: (step) => leave(`evaluation of ${step}`),
    onEvaluation: ({ step }) => leave(`evaluated ${step}`),
  });
});

/** Continues a copy of what was left, and expects what came of the run that was never stopped. */
async function expectSameEnd(moment: string, spoil: (run: RunFolder) => void = () => {}): Promise<void> {
  const run = runFolder(mkdtempSync(join(folder, 'resumed-')));
  cpSync(join(folder, moment), run.path, { recursive: true });
  spoil(run);
  await resumeRun(run.path);
  const [received, expected] = [runContents(run.path), runContents(reference)];
  expect(Object.keys(received)).toEqual(Object.keys(expected));
  for (const [file, bytes] of Object.entries(expected)) {
    if (file.endsWith('.jsonl')) expect(received[file], file).toBe(bytes);
    else expect(received[file] === bytes, file).toBe(true);
  }
  expect(readPolicyManifest(run.manifest).sessions).toHaveLength(2);
}

it.each(MOMENTS)('a run that was killed at %s comes to the same end', (moment) => expectSameEnd(moment));

it.each<[string, string, (run: RunFolder) => void]>([
  [
    'while lines were written',
    'step 15',
    ({ metrics, evaluations, timing }) => {
      for (const file of [metrics, evaluations, timing]) appendFileSync(file, '{"step":1');
    },
  ],
  [
    'after its last evaluation was cut off',
    'reference',
    (run) => {
      rmSync(run.policy);
      const text = readFileSync(run.evaluations, 'utf8');
      writeFileSync(run.evaluations, text.slice(0, -20));
    },
  ],
  ['before its policy was written', 'reference', (run) => rmSync(run.policy)],
  [
    'before an earlier checkpoint was removed',
    'reference',
    (run) => {
      rmSync(run.policy);
      const [from, to] = [25, 5].map((step) => join(run.checkpoints, `step-${step}.safetensors`));
      cpSync(from!, to!);
    },
  ],
  [
    'while files were written',
    'step 25',
    (run) => {
      const temporary = ['.manifest.json.4711.tmp', '.policy.onnx.4711.tmp', '.lamo-starting'];
      for (const name of temporary) writeFileSync(join(run.path, name), 'half');
      writeFileSync(join(run.checkpoints, 'step-25.safetensors.4711.tmp'), 'half');
    },
  ],
])('a run that was killed %s comes to the same end', (_, moment, spoil) => expectSameEnd(moment, spoil));

it('a run whose last checkpoint was damaged is refused, and comes to the same end once that is removed', async () => {
  const refused = expectSameEnd('evaluation of 25', (run) => {
    const bytes = readFileSync(lastCheckpoint(run));
    writeFileSync(lastCheckpoint(run), bytes.fill(0, bytes.length - 40, bytes.length - 8));
  });
  await expect(refused).rejects.toMatchObject({
    code: 'damaged-file',
    message: expect.stringMatching(/once this one is removed, its run continues from there/),
  });
  await expectSameEnd('evaluation of 25', (run) => rmSync(lastCheckpoint(run)));
});

it('a run of an earlier version, without checksums, comes to the same end', async () => {
  const run = runFolder(join(folder, 'earlier'));
  cpSync(join(folder, 'step 25'), run.path, { recursive: true });
  const file = readFileSync(lastCheckpoint(run));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = file.toString('latin1', 8, start).replace(/,"lamo_sha256":"\w{64}"/, '');
  expect(header.length).toBe(start - 8 - ',"lamo_sha256":""'.length - 64);
  file.write(header.padEnd(start - 8), 8, 'latin1');
  writeFileSync(lastCheckpoint(run), file);
  await resumeRun(run.path);
  for (const name of ['policy.onnx', 'checkpoints/step-25.safetensors']) {
    expect(readFileSync(join(run.path, name)).equals(readFileSync(join(reference, name))), name).toBe(true);
  }
});

it('continues with a file read as it was at the start, though the file does not say so', async () => {
  const path = join(folder, 'endless.hdf5');
  await writeD4rl(await collectMaze({ maze: 'umaze', reward: 'dense', rows: 300, seed: 1 }), path);
  const reading = { continuing: true };
  const out = join(folder, 'read-otherwise');
  const run = {
    ...{ algorithm: findAlgorithm('bc'), dataset: await readD4rl(path, reading), datasetPath: path, reading },
    ...{ config: { hiddenSize: 8, batchSize: 8 }, evaluation: null, seed: 1, steps: 2 },
    ...{ logEvery: 1, checkpointEvery: 1, device: { name: 'cpu' as const }, out, overwrite: false },
  };
  await startRun(run);
  expect(readPolicyManifest(runFolder(out).manifest).dataset.reading).toEqual(reading);
  await resumeRun(out, { steps: 4 });
});

/** Two episodes of four steps, the first terminated after two: without time-outs, and with one more column. */
async function writeEndless(): Promise<string> {
  const path = join(folder, 'no-timeouts.hdf5');
  const size = 12;
  const floats = (width: number) => ({
    shape: [size, width],
    data: Float32Array.from({ length: size * width }, (_, i) => Math.sin(i)),
  });
  await writeHdf5(path, {
    ...{ observations: floats(2), actions: floats(1), rewards: floats(1), infos: floats(2) },
    terminals: { shape: [size], data: Float32Array.from({ length: size }, (_, i) => (i === 1 ? 1 : 0)) },
  });
  return path;
}

it.each([
  [{ maxEpisodeSteps: 4 }, { maxEpisodeSteps: 4, stepCounting: 'exact' }],
  [
    { maxEpisodeSteps: 4, stepCounting: 'd4rl' as const, infos: false },
    { maxEpisodeSteps: 4, stepCounting: 'd4rl', infos: false },
  ],
])('a run remembers that its file was read with %j, and continues so', async (reading, remembered) => {
  const path = await writeEndless();
  const out = mkdtempSync(join(folder, 'limited-'));
  const run = {
    ...{ algorithm: findAlgorithm('bc'), dataset: await readD4rl(path, reading), datasetPath: path, reading },
    ...{ config: { hiddenSize: 8, batchSize: 8 }, evaluation: null, seed: 1, steps: 2 },
    ...{ logEvery: 1, checkpointEvery: 1, device: { name: 'cpu' as const }, out, overwrite: false },
  };
  await startRun(run);
  const { manifest } = runFolder(out);
  expect(readPolicyManifest(manifest).dataset.reading).toEqual(remembered);
  await resumeRun(out, { steps: 4 });
  // Versions before there was a choice counted as D4RL: their runs continue with the data that they began with.
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace(/"stepCounting": "\w+",?/, ''));
  expect(readPolicyManifest(manifest).dataset.reading).toMatchObject({ stepCounting: 'd4rl' });
  const resumed = resumeRun(out, { steps: 6 });
  if (remembered.stepCounting === 'd4rl') await resumed;
  else await expect(resumed).rejects.toMatchObject({ code: 'dataset-mismatch' });
});

it.each([
  ['of another step', 10, {}, /its step is another\. Expected 15, received 10/],
  ['of another seed', 15, { seed: 2 }, /its seed is another\. Expected 1, received 2/],
  [
    'with other settings',
    15,
    { config: { hiddenSize: 9 } },
    /its setting 'hiddenSize' is another\. Expected 8, received 9/,
  ],
])(
  'a run does not continue from a checkpoint %s, though the file is whole',
  async (_, step, changes, message) => {
    const run = runFolder(mkdtempSync(join(folder, 'foreign-')));
    cpSync(join(folder, 'step 15'), run.path, { recursive: true });
    const { header, state } = loadCheckpoint(lastCheckpoint(run));
    saveCheckpoint(checkpointPath(run, 15), { header: { ...(header as object), ...changes, step }, state });
    await expect(resumeRun(run.path)).rejects.toMatchObject({
      code: 'checkpoint-mismatch',
      message: expect.stringMatching(message),
    });
  },
);

it('a run that has taken more steps than it is to take is refused, in terms of these', async () => {
  await expect(resumeRun(reference, { steps: 20 })).rejects.toMatchObject({
    code: 'too-few-steps',
    message: expect.stringMatching(
      /has taken more than --steps 20 already\. Expected --steps of at least 25, received 20\.$/,
    ),
  });
  await expect(resumeRun(join(folder, 'evaluation of 10'), { steps: 5 })).rejects.toThrow(
    /--steps of at least 10; 25 were planned/,
  );
});

it('a run whose lines are damaged is refused before anything of it is taken away', async () => {
  const run = runFolder(mkdtempSync(join(folder, 'damaged-')));
  cpSync(reference, run.path, { recursive: true });
  const lines = readFileSync(run.timing, 'utf8').split('\n');
  writeFileSync(run.timing, ['0', ...lines.slice(1)].join('\n'));
  const before = runContents(run.path);
  await expect(resumeRun(run.path, { steps: 30 })).rejects.toMatchObject({ code: 'damaged-file' });
  expect(runContents(run.path)).toEqual(before);
});

it('says how to go on where the dataset was moved', async () => {
  const run = runFolder(join(folder, 'moved'));
  cpSync(join(folder, 'step 15'), run.path, { recursive: true });
  const manifest = readFileSync(run.manifest, 'utf8');
  writeFileSync(run.manifest, manifest.replaceAll('data.hdf5"', 'somewhere-else.h5"'));
  await expect(resumeRun(run.path)).rejects.toThrow(/somewhere-else\.h5 does not exist.*--dataset FILE/);
  writeFileSync(run.manifest, manifest.replaceAll('data.hdf5"', 'date.hdf5"'));
  await expect(resumeRun(run.path)).rejects.toThrow(
    /date\.hdf5 does not exist.*Did you mean '[^']*data\.hdf5'\? If it was moved, .*--dataset FILE/,
  );
});
