import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { algorithms, describeConfig } from '@lamo/algos';
import { readD4rl } from '@lamo/data';
import { environments, normalisedScore } from '@lamo/eval';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TaskSummary } from '../src/quickstart/summary';
import { lamo, lamoSucceeds, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

const folder = mkdtempSync(join(tmpdir(), 'lamo-commands-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const readJson = (...names: string[]) => JSON.parse(readFileSync(inFolder(...names), 'utf8'));
const readLines = (...names: string[]) =>
  readFileSync(inFolder(...names), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('help', () => {
  it('lists the commands', async () => {
    const { stdout } = await lamoSucceeds(['--help'], folder);
    for (const name of [
      'quickstart',
      'collect',
      'train',
      'evaluate',
      'report',
      'pretrain',
      'generate',
      'list',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it('is what lamo alone and lamo help show', async () => {
    const { stdout } = await lamoSucceedsHere(['--help'], folder);
    for (const args of [[], ['help']]) expect((await lamoSucceedsHere(args, folder)).stdout).toBe(stdout);
  });

  it('of a command is what lamo help COMMAND shows', async () => {
    for (const args of [['collect'], ['train', 'bc']]) {
      const { stdout } = await lamoSucceedsHere([...args, '--help'], folder);
      expect((await lamoSucceedsHere(['help', ...args], folder)).stdout).toBe(stdout);
    }
    expect((await lamoHere(['help', 'trian'], folder)).stderr).toContain('Did you mean train?');
  });

  it('says what a command lacks, all at once', async () => {
    const { code, stderr } = await lamoHere(['train', 'bc'], folder);
    expect(stderr).toContain('--dataset <file> and --steps <steps> are needed');
    expect(code).toBe(2);
  });

  it('of an algorithm has a flag with default for every setting', async () => {
    const { stdout } = await lamoSucceedsHere(['train', 'td3-bc', '--help'], folder);
    for (const { name } of describeConfig(algorithms.get('td3-bc')!)) {
      expect(stdout).toContain(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
    }
    expect(stdout).toMatch(/--discount <number> +.*\(default: 0\.99\)/);
  });

  it('is advised after wrong usage', async () => {
    const { code, stderr } = await lamo(['trian'], folder);
    expect(stderr).toContain('Did you mean train?');
    expect(code).toBe(2);
  });
});

describe('lamo list', () => {
  it('shows every algorithm, environment and device', async () => {
    const { stdout } = await lamoSucceedsHere(['list'], folder);
    expect(stdout).toMatch(
      /^name +observed +step +return at +collectors\n +→ actions +limit +score 0, 100\n/m,
    );
    // The longest lists of presets are cut, and long descriptions are broken: lines that wrap do not make a table.
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const name of [...algorithms.keys(), ...environments.keys(), 'tfjs-cpu'])
      expect(stdout).toContain(name);
  });

  it('gives algorithms with all settings as JSON', async () => {
    const { stdout } = await lamoSucceedsHere(['list', 'algorithms', '--json'], folder);
    const listed = JSON.parse(stdout);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual([...algorithms.keys()]);
    expect(listed[0].config).toEqual(describeConfig(algorithms.get(listed[0].name)!));
  });
});

describe('lamo inspect', () => {
  it('counts the parameters of an algorithm without further options, and says for which sizes', async () => {
    const { stdout } = await lamoSucceedsHere(['inspect', 'td3-bc'], folder);
    expect(stdout).toContain('TD3+BC for hopper-v4: observations of 11 numbers, actions of 3 numbers');
    expect(stdout).toMatch(/^actor +\d/m);
  });

  it('counts those of a language model, and says what is in a dataset', async () => {
    const model = await lamoSucceedsHere(['inspect', 'sft', '--initialise-from', 'nano'], folder);
    expect(model.stdout).toMatch(
      /^Supervised fine-tuning of nano: a vocabulary of [\d,]+ tokens, [\d,]+ tokens at once\n/,
    );
    await lamoSucceedsHere(
      ['collect', 'maze2d-umaze-v1', '--rows', '200', '--out', 'looked-at.hdf5'],
      folder,
    );
    const { stdout } = await lamoSucceedsHere(['inspect', 'looked-at.hdf5', '--json'], folder);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'looked-at',
      rows: 200,
      observationSize: 4,
      actionSize: 2,
    });
  });
});

describe('lamo collect', () => {
  it('writes the same data for the same seed, other data for another', async () => {
    const collect = ['collect', 'maze2d-medium-v1', '--rows', '300'];
    await lamoSucceedsHere([...collect, '--out', 'a/first.hdf5'], folder);
    await lamoSucceedsHere([...collect, '--out', 'second.hdf5'], folder);
    await lamoSucceedsHere([...collect, '--out', 'third.hdf5', '--seed', '1', '--no-noise'], folder);
    const [first, second, third] = await Promise.all(
      ['a/first.hdf5', 'second.hdf5', 'third.hdf5'].map((name) => readD4rl(inFolder(name))),
    );
    expect(first!.size).toBe(300);
    expect(second!.actions).toEqual(first!.actions);
    expect(third!.actions).not.toEqual(first!.actions);
  });

  it('takes an environment without its version, says which one it means, and names those that are near', async () => {
    const { stderr } = await lamoSucceedsHere(['collect', 'Hopper', '--rows', '50'], folder);
    expect(stderr).toContain('hopper means hopper-v4, which D4RL’s data go with; there is hopper-v5, too');
    expect(existsSync(inFolder('hopper-v4.hdf5'))).toBe(true);
    expect((await lamoHere(['collect', 'cheetah'], folder)).stderr).toContain('Did you mean "halfcheetah"?');
  });

  it('says what --steps is called', async () => {
    const { code, stderr } = await lamoHere(['collect', 'hopper', '--steps', '50'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Data are counted in rows: --rows 50.');
  });

  it('plays robots with random actions', async () => {
    await lamoSucceedsHere(['collect', 'hopper-v4', '--rows', '100', '--out', 'hopper.hdf5'], folder);
    expect(await readD4rl(inFolder('hopper.hdf5'))).toMatchObject({ size: 100, observationSize: 11 });
  });

  it('writes the same data with workers, and refuses what cannot be split', async () => {
    const collect = ['collect', 'hopper-v4', '--rows', '100', '--batch', '2', '--out'];
    await lamoSucceedsHere([...collect, 'alone.hdf5'], folder);
    await lamoSucceedsHere([...collect, 'together.hdf5', '--workers', '2'], folder);
    const names = ['alone.hdf5', 'together.hdf5'];
    const [alone, together] = await Promise.all(names.map((name) => readD4rl(inFolder(name))));
    expect({ ...together, name: '' }).toEqual({ ...alone, name: '' });
    const inMaze = ['collect', 'maze2d-umaze-v1', '--rows', '100', '--workers', '2'];
    const { code, stderr } = await lamoHere(inMaze, folder);
    expect(code).toBe(1);
    expect(stderr).toContain('one stream, which cannot be split');
  });
});

describe('lamo quickstart, lamo evaluate and lamo report', () => {
  const quickstart = ['quickstart', '--steps', '40', '--rows', '1000', '--episodes', '2'];
  const policies = ['bc', 'td3-bc', 'dt', 'lamo'];
  const environments = ['maze2d-umaze-v1', 'halfcheetah-v4'];
  const runs = (...path: string[]) => join('lamo-quickstart', 'runs', ...path);

  beforeAll(async () => {
    // Stopped on its way and started again, as a newcomer might.
    const running = startLamo(quickstart, folder);
    const begun = inFolder(runs(environments[0]!));
    while (running.process.exitCode === null && !(existsSync(begun) && readdirSync(begun).length > 0)) {
      await setTimeout(2);
    }
    running.process.kill('SIGINT');
    expect((await running.outcome).code).toBe(130);
    const { stdout, stderr } = await lamoSucceedsHere(quickstart, folder);
    expect(stderr).toContain('continuing it');
    expect(stdout + stderr).toContain('0 is what a random policy gets, 100 what D4RL’s expert gets.');
    expect(stdout).toMatch(/^TD3\+BC +\S+ +\S+ to \S+ +2 +40 /m);
  });

  it('leaves data that can be collected again', async () => {
    for (const environment of environments) {
      const file = join('lamo-quickstart', 'data', `${environment}.hdf5`);
      await lamoSucceedsHere(['collect', '--recipe', file, '--out', 'again.hdf5', '--force'], folder);
      const [again, made] = [await readD4rl(inFolder('again.hdf5')), await readD4rl(inFolder(file))];
      expect({ ...again, name: '' }).toEqual({ ...made, name: '' });
    }
  });

  it('trains by the commands that its runs name, to the same end though it was stopped on its way', async () => {
    for (const name of ['bc', 'td3-bc']) {
      const made = runs('maze2d-umaze-v1', name);
      const [, ...args] = readJson(made, 'manifest.json').sessions[0].command.split(' ');
      await lamoSucceedsHere([...args, '--out', name], folder);
      expect(runContents(inFolder(name))).toEqual(runContents(inFolder(made)));
    }
  });

  it('leaves a summary that follows from the raw returns', () => {
    const { tasks, totalSeconds } = readJson('lamo-quickstart', 'summary.json');
    expect(Object.keys(tasks)).toEqual(environments);
    for (const [environment, { algorithms, episodes }] of Object.entries<TaskSummary>(tasks)) {
      expect(Object.keys(algorithms)).toEqual(policies);
      for (const policy of Object.values(algorithms)) {
        const { score, interval, returns, steps, trainingSeconds, stepsPerSecond } = policy;
        expect(returns).toHaveLength(episodes);
        const mean = returns.reduce((sum, value) => sum + value, 0) / episodes;
        expect(score).toBeCloseTo(normalisedScore(environment, mean), 9);
        expect(interval === null).toBe(episodes === 1);
        expect(interval?.low ?? score).toBeLessThanOrEqual(score);
        expect(interval?.high ?? score).toBeGreaterThanOrEqual(score);
        expect(stepsPerSecond).toBeCloseTo(steps / trainingSeconds, 9);
      }
    }
    const { rows, episodes, algorithms } = tasks['maze2d-umaze-v1'];
    const { steps } = algorithms['td3-bc'];
    expect({ rows, episodes, steps }).toEqual({ rows: 1000, episodes: 2, steps: 40 });
    expect(totalSeconds).toBeGreaterThan(algorithms['td3-bc'].trainingSeconds);
  });

  it('makes a report that asks for nothing from outside', () => {
    const page = readFileSync(inFolder('lamo-quickstart', 'report.html'), 'utf8');
    expect(page).not.toMatch(/https?:|src=|<link|<script|@import|url\(/);
    for (const text of [
      'TD3+BC',
      'maze2d-umaze-v1',
      'Learning curves',
      'Paths through the maze',
      'critic loss',
      'Results in halfcheetah-v4',
    ]) {
      expect(page).toContain(text);
    }
    // Seen in a full quickstart, and not in one of 40 steps.
    expect(page).not.toContain('No journey in these data is good as a whole');
  });

  it('keeps raw returns of further evaluations and counts them', async () => {
    const run = runs('maze2d-umaze-v1', 'bc');
    const before = readLines(run, 'evaluations.jsonl');
    const { stdout } = await lamoSucceedsHere(
      ['evaluate', run, '--episodes', '4', '--seed', '9', '--record', '3'],
      folder,
    );
    expect(stdout).toMatch(/BC after 12 steps, 4 episodes in maze2d-umaze-v1 from seed 9/);
    expect(stdout).toContain(`${before.length + 1} evaluations (${2 * before.length + 4} episodes, `);
    const after = readLines(run, 'evaluations.jsonl');
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)).toMatchObject({ step: 12, seed: 9, environment: 'maze2d-umaze-v1' });
    expect(after.at(-1).returns).toHaveLength(4);
    const recording = join(run, 'trajectories', 'maze2d-umaze-v1-step-12-seed-9-episodes-4.json');
    expect(stdout).toContain(`${recording}: 3 episodes`);
    const { episodes } = JSON.parse(readFileSync(join(folder, recording), 'utf8'));
    for (const [i, { rewards, actions, qpos, ...episode }] of episodes.entries()) {
      expect([rewards, actions, qpos].map(({ length }) => length)).toEqual([300, 600, 600]);
      const sum = rewards.reduce((total: number, reward: number) => total + reward);
      expect(sum).toBeCloseTo(after.at(-1).returns[i], 3); // 300 numbers of six decimals
      expect(episode).toMatchObject({ seed: after.at(-1).seeds[i], terminated: false });
    }
  });

  it('evaluates a checkpoint by its own path', async () => {
    const path = runs('maze2d-umaze-v1', 'td3-bc', 'checkpoints', 'step-40.safetensors');
    const { stdout } = await lamoSucceedsHere(
      ['evaluate', path, '--environment', 'maze2d-umaze-dense-v1', '--episodes', '2'],
      folder,
    );
    expect(stdout).toContain('TD3+BC after 40 steps, 2 episodes in maze2d-umaze-dense-v1');
  });

  it('is replaced where it is finished', async () => {
    const { process: begun, outcome } = startLamo(quickstart, folder);
    let said = '';
    begun.stderr!.on('data', (text) => {
      said += text;
      if (said.includes('replacing it')) begun.kill('SIGKILL');
    });
    await outcome;
    expect(said).toContain('from an earlier quickstart: replacing it');
    expect(existsSync(inFolder('lamo-quickstart', 'summary.json'))).toBe(false);
  });
});
