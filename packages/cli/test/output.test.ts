import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from '../src/run-cli';
import { lamo, lamoSucceeds, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { ENVIRONMENT, evaluation, training, trials } from './output-trials';

const folder = mkdtempSync(join(tmpdir(), 'lamo-output-'));
const inFolder = (...names: string[]) => join(folder, ...names);

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

beforeAll(async () => {
  writeFileSync(inFolder('text.txt'), 'Some words, and some more of them, one after the other.\n'.repeat(50));
  const examples = Array.from({ length: 8 }, (_, i) =>
    JSON.stringify({ prompt: `${i}`, completion: ' is it' }),
  );
  writeFileSync(inFolder('a.jsonl'), examples.join('\n'));
  await lamoSucceedsHere(['collect', ENVIRONMENT, '--rows', '300', '--out', 'data.hdf5'], folder);
  await lamoSucceedsHere(['train', ...training, ...evaluation, '--out', 'run'], folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe.each(Object.keys(commands))('lamo %s', (name) => {
  const trial = trials[name]!;

  it('--json --quiet prints one document on stdout, and nothing on stderr', async () => {
    const out = `${name}-json`;
    const { stdout, stderr } = await lamoSucceeds([name, ...trial.args(out), '--json', '--quiet'], folder);
    expect(stderr).toBe('');
    const result = JSON.parse(stdout);
    if (Array.isArray(result)) expect(result).toEqual(trial.json(out));
    else expect(result).toMatchObject(trial.json(out) as object);
  });

  it('--quiet prints nothing but the answer to what was asked', async () => {
    const out = `${name}-quiet`;
    trial.reuse?.(inFolder(`${name}-json`), inFolder(out));
    const { code, stdout, stderr } = await lamoHere([name, ...trial.args(out), '--quiet'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(trial.answer);
  });

  it('still says what is wrong', async () => {
    const args = [name, ...trial.args(`${name}-wrong`), '--nonsense', '--quiet'];
    const inWords = await lamoHere(args, folder);
    expect(inWords).toMatchObject({ code: 2, stdout: '' });
    expect(inWords.stderr).toMatch(/^error: unknown option '--nonsense'/);
    const asJson = await lamoHere([...args, '--json'], folder);
    expect(asJson).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(asJson.stderr).error).toMatchObject({
      code: 'usage',
      problem: expect.stringContaining("unknown option '--nonsense'"),
    });
  });
});

describe('an error as JSON', () => {
  it('has the parts of the message, with the flags of the command line', async () => {
    const args = ['train', ...training, '--out', 'never', '--discount', '2', '--json'];
    const { code, stdout, stderr } = await lamoHere(['train', 'td3-bc', ...args.slice(2)], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ where: expect.any(String), code: expect.any(String), received: '2' });
    expect(`${error.problem} ${error.expected}`).toContain('--discount');
  });

  it('tells of Ctrl-C how far the run came, and how to continue', async () => {
    const long = training.map((arg) => (arg === '20' ? '1000000' : arg));
    const running = startLamo(['train', ...long, '--out', 'stopped', '--json', '--quiet'], folder);
    while (!existsSync(inFolder('stopped', 'metrics.jsonl')) && running.process.exitCode === null) {
      await setTimeout(20);
    }
    running.process.kill('SIGINT');
    const { code, stdout, stderr } = await running.outcome;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'interrupted',
      problem: expect.stringMatching(/^Stopped after step \d/),
      hint: 'To continue: lamo train --resume stopped',
    });
  });
});

it('progress stays on stderr if only the result is to be JSON', async () => {
  const { stdout, stderr } = await lamoSucceedsHere(
    ['train', '--json', ...training, ...evaluation, '--out', 'with-progress'],
    folder,
  );
  expect(JSON.parse(stdout)).toMatchObject({ folder: 'with-progress' });
  expect(stderr).toContain('step 20  score');
});

describe('several seeds', () => {
  const several = (out: string) => ['train', ...training, '--seeds', '2', '--out', out, '--json', '--quiet'];

  /** Keeps a folder's lock, as another process would. */
  function occupy(path: string): void {
    mkdirSync(path, { recursive: true });
    const holder = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00.000Z' };
    writeFileSync(join(path, 'lock.json'), JSON.stringify(holder));
  }

  it('give a list of runs, which know nothing of how the command was to speak', async () => {
    const { stdout, stderr } = await lamoSucceedsHere(several('several'), folder);
    const runs = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(runs).toMatchObject([{ seed: 0 }, { seed: 1 }]);
    for (const { folder: path } of runs) {
      const manifest = readFileSync(inFolder(path, 'manifest.json'), 'utf8');
      expect(path + manifest).not.toMatch(/json --|--json|quiet/);
    }
  });

  it('give what finished, and each failure as an error of its own', async () => {
    occupy(inFolder('failing', 'bc-data-hidden-size-8-s1'));
    // In colours, which have no place in JSON.
    const { code, stdout, stderr } = await lamo(several('failing'), folder, {
      FORCE_COLOR: '1',
      NO_COLOR: undefined,
    });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ seed: 0 }]);
    const errors = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).error);
    expect(errors).toMatchObject([
      {
        ...{ run: 'seed 1', code: 'run-in-use', where: 'cli/run' },
        problem: expect.stringMatching(/^Another process is working on \S+s1$/),
        hint: expect.any(String),
      },
      { code: 'runs-failed' },
    ]);
  });

  it('give an empty list if none finished', async () => {
    for (const seed of [0, 1]) occupy(inFolder('none', `bc-data-hidden-size-8-s${seed}`));
    const { code, stdout } = await lamo(several('none'), folder);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual([]);
  });
});

it('warnings are JSON, too, and a run does not know how its command was to speak', async () => {
  const args = ['train', ...training, '--out', 'warned', '--resume'];
  const { stderr } = await lamoSucceedsHere([...args, '--json', '--quiet'], folder);
  expect(JSON.parse(stderr).warning).toContain('nothing to resume in warned');
  const { sessions } = JSON.parse(readFileSync(inFolder('warned', 'manifest.json'), 'utf8'));
  expect(sessions[0].command).toBe(`lamo ${args.join(' ')}`);
});
