import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCheckpoint, readSafetensors, saveCheckpoint, writeSafetensors } from '@lamo/runtime';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, lamo, lamoSucceeds, stopAll } from './lamo';
import { lamoHere } from './lamo-here';
import { runContents } from './run-contents';
import { writeHdf5 } from './write-hdf5';

const folder = mkdtempSync(join(tmpdir(), 'lamo-bad-input-'));
const inFolder = (...names: string[]) => join(folder, ...names);

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ROWS = 40;
const floats = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
});
const flags = () => ({ shape: [ROWS], data: new Float32Array(ROWS) });
const valid = {
  observations: floats(ROWS, 4),
  actions: floats(ROWS, 2),
  rewards: floats(ROWS),
  terminals: flags(),
  timeouts: flags(),
};

const withNumber = (value: number) => {
  const column = floats(ROWS, 4);
  column.data[4 * 7 + 2] = value;
  return { ...valid, observations: column };
};

const train = (...args: string[]) => ['train', 'bc', '--steps', '5', '--hidden-size', '8', ...args];

beforeAll(async () => {
  const { terminals, rewards, ...rest } = valid;
  await writeHdf5(inFolder('data.hdf5'), valid);
  await writeHdf5(inFolder('no-rewards.hdf5'), { terminals, ...rest });
  await writeHdf5(inFolder('lengths.hdf5'), { ...valid, actions: floats(ROWS - 1, 2) });
  await writeHdf5(inFolder('nan.hdf5'), withNumber(Number.NaN));
  await writeHdf5(inFolder('infinite.hdf5'), withNumber(Number.POSITIVE_INFINITY));
  await writeHdf5(inFolder('three-actions.hdf5'), { ...valid, actions: floats(ROWS, 3) });
  await writeHdf5(inFolder('other.hdf5'), { ...valid, rewards: flags() });
  writeFileSync(inFolder('empty.hdf5'), '');
  writeFileSync(inFolder('notes.hdf5'), 'observations,actions,rewards\n1,2,3\n');
  cpSync(inFolder('data.hdf5'), inFolder('cut.hdf5'));
  truncateSync(inFolder('cut.hdf5'), 3000);
  await lamoSucceeds(train('--dataset', 'data.hdf5', '--out', 'run'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('a dataset that cannot be used is refused', () => {
  it.each([
    ['that is not there', 'dato.hdf5', [/dato\.hdf5 does not exist/, /Did you mean 'data\.hdf5'/]],
    ['that is empty', 'empty.hdf5', [/empty\.hdf5 is empty/]],
    ['that is not HDF5', 'notes.hdf5', [/notes\.hdf5/, /HDF5/]],
    ['that was cut off', 'cut.hdf5', [/cut\.hdf5/, /again/]],
    ['without a key', 'no-rewards.hdf5', [/no `rewards`/, /Expected .*`rewards`/]],
    ['whose lengths disagree', 'lengths.hdf5', [/different lengths/, /Expected 40 .*received 39/]],
    ['with NaN', 'nan.hdf5', [/observations/, /NaN/, /row 7/]],
    ['with infinite values', 'infinite.hdf5', [/observations/, /Infinity/, /row 7/]],
  ])('%s', async (_, file, parts) => {
    expectRefusal(await lamo(train('--dataset', file, '--out', 'never'), folder), ...parts);
    expect(existsSync(inFolder('never'))).toBe(false);
  });

  it('whose actions do not fit the environment', async () => {
    const args = train(
      '--dataset',
      'three-actions.hdf5',
      '--environment',
      'maze2d-umaze-v1',
      '--out',
      'never',
    );
    const parts = [
      /does not come from maze2d-umaze-v1/,
      /actions of 2 numbers/,
      /received 4 numbers and 3 numbers/,
    ];
    expectRefusal(await lamo(args, folder), ...parts);
  });
});

describe('a misspelt name is answered with the nearest one', () => {
  const data = ['--dataset', 'data.hdf5', '--out', 'never'];

  it('of an algorithm', async () => {
    const outcome = await lamoHere(['train', 'td3-cb', '--dataset', 'data.hdf5', '--alpha', '1'], folder);
    expectRefusal(outcome, "no algorithm 'td3-cb'", "Did you mean 'td3-bc'?");
  });

  it('of a needed option, though that one is missing then', async () => {
    for (const args of [
      ['train', 'bc', '--datset', 'data.hdf5', '--steps', '5'],
      ['perplexity', 'nano', '--txt', 'notes.txt'],
      ['train', '--datset', 'data.hdf5', 'bc'],
    ]) {
      const { code, stderr } = await lamoHere(args, folder);
      expect(stderr).toMatch(/unknown option '--(datset|txt)'.*\s.*did you mean --(dataset|text)\?/i);
      expect(code).toBe(2);
    }
  });

  it('of an algorithm to inspect', async () => {
    const { code, stderr } = await lamoHere(['inspect', 'td3-cb'], folder);
    expect(stderr).toContain("'td3-cb' is neither a run nor an algorithm. Did you mean td3-bc?");
    expect(code).toBe(2);
    const missing = await lamo(['inspect', 'dta.hdf5'], folder);
    expectRefusal(missing, /dta\.hdf5 does not exist.*Did you mean 'data\.hdf5'\?/);
    const ofData = await lamo(['inspect', 'td3-cb', '--continuing'], folder);
    expect(ofData.stderr).toContain('--continuing says how a dataset is read, and td3-cb is not one');
  });

  it('of a choice', async () => {
    const { code, stderr } = await lamoHere(train(...data, '--device', 'cpuu'), folder);
    expect(stderr).toMatch(/one of cpu, cuda.*Did you mean 'cpu'\?/);
    expect(code).toBe(2);
    expect((await lamoHere(['list', 'algoritms'], folder)).stderr).toContain("Did you mean 'algorithms'?");
  });

  it('of a setting, as wrong usage', async () => {
    const { code, stderr } = await lamoHere(train(...data, '--lerning-rate', '1'), folder);
    expect(stderr).toContain("unknown option '--lerning-rate'");
    expect(stderr).toContain('Did you mean --learning-rate?');
    expect(code).toBe(2);
  });

  it('of a preset', async () => {
    expectRefusal(await lamoHere(train(...data, '--preset', 'best-10'), folder), "Did you mean 'best-10%'?");
  });

  it('of an environment', async () => {
    const outcome = await lamoHere(train(...data, '--environment', 'maze2d-umase-v1'), folder);
    expectRefusal(outcome, /no environment/, /Did you mean .maze2d-umaze-v1.\?/);
  });

  it('of a run', async () => {
    expectRefusal(
      await lamoHere(['train', '--resume', 'rum'], folder),
      /no run in the folder 'rum'/,
      /Did you mean 'run'\?/,
    );
  });
});

describe('of data that come from no environment of lamo', () => {
  const why = 'No environment of lamo has 4 observations and 3 actions.';
  const instead = 'docs/guide/your-own-data.md#judging-the-policy';

  beforeAll(async () => {
    await lamoSucceeds(train('--dataset', 'three-actions.hdf5', '--out', 'own'), folder);
  });

  it.each([
    ['none', []],
    ['one that does not fit', ['--environment', 'maze2d-umaze-v1']],
    ['one that lamo does not have', ['--environment', 'Pendulum-v1']],
  ])('a policy is played in no environment: %s is answered with what to do', async (_, args) => {
    const outcome = await lamoHere(['evaluate', 'own', ...args], folder);
    expectRefusal(outcome, why.slice(0, -1), instead);
    expect(outcome.stderr).not.toContain('lamo list environments');
  });

  it('a report says so, and does not name a command that would fail', async () => {
    await lamoSucceeds(['report', 'own', '--out', 'own.html'], folder);
    const page = readFileSync(inFolder('own.html'), 'utf8');
    expect(page).toContain(why);
    expect(page).toContain(instead);
    expect(page).not.toContain('lamo evaluate');
  });
});

it('a target return is refused by a policy that follows none', async () => {
  const args = ['evaluate', 'run', '--environment', 'maze2d-umaze-v1', '--target-returns', '5,2.5'];
  const parts = [/does not follow a target return/, /Expected no --target-returns, received 5,2\.5/];
  expectRefusal(await lamoHere(args, folder), ...parts);
});

describe('what is there already stays as it is', () => {
  it('when a setting is out of range, even with --overwrite', async () => {
    const before = runContents(inFolder('run'));
    const args = train('--dataset', 'data.hdf5', '--out', 'run', '--overwrite', '--learning-rate', '-1');
    expectRefusal(
      await lamoHere(args, folder),
      /--learning-rate must be a number greater than 0/,
      /Received -1/,
    );
    expect(runContents(inFolder('run'))).toEqual(before);
  });

  it('when the folder of a run exists: the message says how to resume and how to replace', async () => {
    const before = runContents(inFolder('run'));
    const outcome = await lamoHere(train('--dataset', 'data.hdf5', '--out', 'run'), folder);
    expectRefusal(outcome, /run exists already/, /lamo train --resume run/, /--overwrite/);
    expect(runContents(inFolder('run'))).toEqual(before);
  });

  it('when a folder is not that of a run, even with --overwrite', async () => {
    mkdirSync(inFolder('thesis'));
    writeFileSync(inFolder('thesis', 'chapter-1.txt'), 'years of work');
    const args = train('--dataset', 'data.hdf5', '--out', 'thesis', '--overwrite');
    expectRefusal(await lamoHere(args, folder), /thesis exists already/, /not a run/);
    expectRefusal(await lamoHere(['quickstart', '--out', 'thesis'], folder), /not written by a quickstart/);
    expect(readFileSync(inFolder('thesis', 'chapter-1.txt'), 'utf8')).toBe('years of work');
  });

  it('when a dataset would be collected over a file', async () => {
    const before = readFileSync(inFolder('data.hdf5'));
    const outcome = await lamoHere(
      ['collect', 'maze2d-umaze-v1', '--rows', '10', '--out', 'data.hdf5'],
      folder,
    );
    expectRefusal(outcome, /data\.hdf5 exists already/, /--force/);
    expect(readFileSync(inFolder('data.hdf5')).equals(before)).toBe(true);
  });
});

describe('a run is not resumed', () => {
  const last = (run: string) => inFolder(run, 'checkpoints', 'step-5.safetensors');
  const copyRun = (name: string) => cpSync(inFolder('run'), inFolder(name), { recursive: true });

  /** Resumes, expects a refusal, and that nothing has changed. */
  async function expectNoResume(run: string, ...parts: (string | RegExp)[]): Promise<void> {
    const before = runContents(inFolder(run));
    expectRefusal(await lamoHere(['train', '--resume', run, '--steps', '9'], folder), ...parts);
    expect(runContents(inFolder(run))).toEqual(before);
  }

  it('from a checkpoint of another algorithm', async () => {
    copyRun('other-algorithm');
    const { header, state } = loadCheckpoint(last('run'));
    const changed = { ...(header as object), algorithm: 'td3-bc' };
    saveCheckpoint(last('other-algorithm'), { header: changed, state });
    await expectNoResume('other-algorithm', /of another algorithm/, /Expected bc, received td3-bc/);
  });

  it('from a checkpoint of another version', async () => {
    copyRun('other-version');
    const { tensors, metadata } = readSafetensors(last('run'));
    writeSafetensors(last('other-version'), { tensors, metadata: { ...metadata, format: '9' } });
    await expectNoResume('other-version', /step-5\.safetensors/, /format 1/, /format 9/);
  });

  it('from a checkpoint with a piece of zeros in it', async () => {
    copyRun('zeros');
    const bytes = readFileSync(last('run'));
    writeFileSync(last('zeros'), bytes.fill(0, bytes.length - 300, bytes.length - 100));
    await expectNoResume('zeros', /step-5\.safetensors was damaged/, /use the one before it/);
  });

  it('from a checkpoint that was cut off', async () => {
    copyRun('cut');
    truncateSync(last('cut'), 1000);
    await expectNoResume('cut', /step-5\.safetensors/);
  });

  it('on other data', async () => {
    const args = ['train', '--resume', 'run', '--steps', '9', '--dataset', 'other.hdf5'];
    expectRefusal(await lamoHere(args, folder), /not what the run was started with/, /hash/);
  });

  it('with a damaged manifest', async () => {
    copyRun('damaged');
    truncateSync(inFolder('damaged', 'manifest.json'), 100);
    await expectNoResume('damaged', /manifest\.json cannot be read/);
  });
});

it('seeds that would be the same number are refused', async () => {
  const args = train('--dataset', 'data.hdf5', '--seed', `${Number.MAX_SAFE_INTEGER}`, '--seeds', '2');
  const { code, stderr } = await lamoHere(args, folder);
  expect(stderr).toContain('beyond the largest seed, 9007199254740991');
  expect(code).toBe(2);
});

it('--verbose shows where an error happened', async () => {
  const { code, stderr } = await lamo(train('--dataset', 'dato.hdf5', '--verbose'), folder);
  expect(stderr).toMatch(/^ +at /m);
  expect(stderr).toContain('[lamo/cli/dataset]');
  expect(code).toBe(1);
  expect((await lamo(train('--dataset', 'dato.hdf5'), folder)).stderr).toContain('error: dato.hdf5 does not');
});
