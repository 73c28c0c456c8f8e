import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamo, lamoSucceeds, type Running, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SEEDS = [3, 4, 5];
const folder = mkdtempSync(join(tmpdir(), 'lamo-seeds-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const runOf = (out: string, seed: number) => join(out, `td3-bc-data-batch-size-32-hidden-size-16-s${seed}`);

/** Small TD3+BC runs; logging, checkpoints and evaluations fall on different steps on purpose. */
const settings = [
  ...['train', 'td3-bc', '--dataset', 'data.hdf5', '--steps', '2000', '--hidden-size', '16'],
  ...['--batch-size', '32', '--log-every', '70', '--checkpoint-every', '110'],
  ...['--environment', 'maze2d-umaze-v1', '--evaluate-every', '800', '--episodes', '2'],
];
const severalArgs = (out: string, ...more: string[]) => [
  ...[...settings, '--seed', '3', '--seeds', '3', '--parallel', '2', '--out', out],
  ...more,
];

/** Waits until these seeds have checkpoints, so that there is something to resume. */
async function untilCheckpoints({ process }: Running, out: string, seeds: readonly number[]): Promise<void> {
  const hasCheckpoint = (seed: number) => {
    const checkpoints = inFolder(runOf(out, seed), 'checkpoints');
    return existsSync(checkpoints) && readdirSync(checkpoints).length > 0;
  };
  while (process.exitCode === null && !seeds.every(hasCheckpoint)) await setTimeout(2);
}

function expectSameRuns(out: string): void {
  for (const seed of SEEDS) {
    expect(runContents(inFolder(runOf(out, seed)))).toEqual(runContents(inFolder(`alone-${seed}`)));
  }
}

beforeAll(async () => {
  await lamoSucceedsHere(['collect', 'maze2d-umaze-v1', '--rows', '2000', '--out', 'data.hdf5'], folder);
  for (const seed of SEEDS) {
    await lamoSucceedsHere([...settings, '--seed', `${seed}`, '--out', `alone-${seed}`], folder);
  }
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('several seeds at the same time', () => {
  it('leave the very folders that each seed leaves alone, and are summed up', async () => {
    const { stdout, stderr } = await lamoSucceeds(severalArgs('together'), folder);
    expect(readdirSync(inFolder('together'))).toHaveLength(3);
    expectSameRuns('together');
    expect(stderr).toMatch(/^seed 4 {2}step 800 {2}score .*2 episodes in maze2d-umaze-v1/m);
    expect(stderr.match(/^seed \d {2}finished$/gm)).toHaveLength(3);
    expect(stdout).toMatch(/^5 +\S+ +2,000 /m);
    expect(stdout).toMatch(/maze2d-umaze-v1: last score \S+ ± \S+, mean ± standard deviation over 3 seeds/);
  });

  it('say in their manifests how to train each alone', () => {
    const manifest = JSON.parse(readFileSync(inFolder(runOf('together', 4), 'manifest.json'), 'utf8'));
    const { command } = manifest.sessions[0];
    expect(command).toMatch(/^lamo train td3-bc .*--hidden-size 16 .*--seed 4 --out \S+s4 --threads 1$/);
    expect(command).not.toContain('--seeds');
  });

  it('stop at Ctrl-C with a checkpoint each, continue by --resume, and come to the same end', async () => {
    const running = startLamo(severalArgs('stopped'), folder);
    await untilCheckpoints(running, 'stopped', [3, 4]);
    running.process.kill('SIGINT');
    const { code, stderr } = await running.outcome;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopped. To continue: run the same command with --resume');
    const stopped = /^seed 4 {2}stopped after step ([\d,]+)$/m;
    expect(stderr).toMatch(stopped);
    const step = Number(stopped.exec(stderr)![1]!.replaceAll(',', ''));
    expect(readdirSync(inFolder(runOf('stopped', 4), 'checkpoints'))).toContain(`step-${step}.safetensors`);
    expect(existsSync(inFolder(runOf('stopped', 4), 'lock.json'))).toBe(false);
    expect(existsSync(inFolder(runOf('stopped', 5)))).toBe(false);

    await lamoSucceedsHere(['train', '--resume', runOf('stopped', 3), runOf('stopped', 4)], folder);
    const { stderr: last, stdout } = await lamoSucceedsHere(severalArgs('stopped', '--resume'), folder);
    expect(last.match(/^seed \d +finished$/gm)).toEqual(['seed 5  finished']);
    expect(stdout).toContain('over 3 seeds');
    expectSameRuns('stopped');
  });

  it('stop in good order when the process that started them is killed', async () => {
    const running = startLamo(severalArgs('orphaned'), folder);
    await untilCheckpoints(running, 'orphaned', [3, 4]);
    running.process.kill('SIGKILL');
    await running.outcome;
    // Who is not told to stop keeps the lock to the end, and leaves the policy.
    while (existsSync(inFolder(runOf('orphaned', 4), 'lock.json'))) await setTimeout(20);
    expect(existsSync(inFolder(runOf('orphaned', 4), 'policy.onnx'))).toBe(false);
  });

  it('finish although one of them fails, which is told with its seed', async () => {
    const locked = inFolder(runOf('failing', 4));
    mkdirSync(locked, { recursive: true });
    const holder = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00.000Z' };
    writeFileSync(join(locked, 'lock.json'), JSON.stringify(holder));
    const short = ['--steps', '300'];
    const { code, stdout, stderr } = await lamo(severalArgs('failing', ...short), folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^seed 4 {2}error: .*Another process is working on \S+s4\. /m);
    expect(stderr).toContain('1 of 3 runs failed: seed 4.');
    expect(stdout).toContain('over 2 seeds');
    await lamoSucceedsHere([...settings, ...short, '--seed', '5', '--out', 'short'], folder);
    expect(runContents(inFolder(runOf('failing', 5)))).toEqual(runContents(inFolder('short')));
  });
});

describe('a command with --overwrite that was killed', () => {
  it('replaces on --resume what it had not come to, though that was finished with the same settings', async () => {
    const args = (...more: string[]) => [
      ...['train', 'bc', '--dataset', 'data.hdf5', '--steps', '1000', '--hidden-size', '16', '--seeds', '3'],
      ...['--parallel', '1', '--checkpoint-every', '100', '--out', 'replaced', ...more],
    ];
    const path = (seed: number, ...names: string[]) =>
      inFolder('replaced', `bc-data-hidden-size-16-s${seed}`, ...names);
    const startOf = (seed: number) =>
      JSON.parse(readFileSync(path(seed, 'manifest.json'), 'utf8')).sessions[0].started;
    await lamoSucceedsHere(args(), folder);
    const [before, first] = [[0, 1, 2].map(startOf), runContents(path(2))];

    const running = startLamo(args('--overwrite'), folder);
    // The old manifest goes before the new one comes.
    const isReplacing = () => {
      try {
        return startOf(0) !== before[0];
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT';
      }
    };
    while (running.process.exitCode === null && !isReplacing()) await setTimeout(2);
    running.process.kill('SIGKILL');
    await running.outcome;
    // What was not replaced yet is still there, whole.
    expect(startOf(2)).toBe(before[2]);
    expect(readFileSync(path(2, 'policy.onnx')).length).toBeGreaterThan(0);
    while (existsSync(path(0, 'lock.json'))) await setTimeout(20);

    const { stderr } = await lamoSucceedsHere(args('--resume'), folder);
    expect(stderr).toMatch(/-s2 has an earlier run that --overwrite was to replace: it is replaced now/);
    for (const seed of [0, 1, 2]) expect(startOf(seed), `seed ${seed}`).not.toBe(before[seed]);
    expect(runContents(path(2))).toEqual(first);
    expect((await lamoSucceedsHere(args('--resume'), folder)).stderr).not.toContain('replace');
    expect([0, 1, 2].map((seed) => existsSync(path(seed, '.lamo-overwriting')))).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('a command that is given again with --resume', () => {
  it('refuses other settings than before, and names them', async () => {
    const before = runContents(inFolder('alone-3'));
    const args = [
      ...settings,
      '--seed',
      '3',
      '--out',
      'alone-3',
      '--resume',
      '--alpha',
      '1',
      '--episodes',
      '3',
    ];
    const { code, stderr } = await lamoHere(args, folder);
    expect(code).toBe(1);
    expect(stderr).toContain('Expected episodes 2, alpha 2.5, received episodes 3, alpha 1.');
    expect(runContents(inFolder('alone-3'))).toEqual(before);
  });

  it('says so if there is nothing to continue, as after a mistyped setting', async () => {
    const args = ['train', 'bc', '--dataset', 'data.hdf5', '--steps', '2', '--hidden-size', '8', '--resume'];
    const outOf = join('runs', 'bc-data-hidden-size-8-s0');
    expect((await lamoSucceedsHere(args, folder)).stderr).toContain(
      `nothing to resume in ${outOf}: it begins there`,
    );
    expect((await lamoHere(args, folder)).stderr).not.toContain('nothing to resume');
  });

  it('checks all seeds before it trains any', async () => {
    const { code, stderr } = await lamoHere(severalArgs('together'), folder);
    expect(code).toBe(1);
    expect(stderr).toContain('-s3 exists already');
    const outcome = await lamoHere(severalArgs('never', '--discount', '2'), folder);
    expect(outcome.stderr).toContain('--discount');
    expect(existsSync(inFolder('never'))).toBe(false);
  });
});
