import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readD4rl } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamoHere, lamoSucceedsHere } from './lamo-here';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-collect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (...names: string[]) => join(folder, ...names);
const collect = (...args: string[]) => lamoSucceedsHere(['collect', ...args], folder);
const refusal = async (...args: string[]) => {
  const { code, stderr } = await lamoHere(['collect', ...args], folder);
  expect(code).toBe(1);
  return stderr;
};
/** Collects, and returns what is said for programs. */
const collectJson = async (...args: string[]) => JSON.parse((await collect(...args, '--json')).stdout);
const write = (name: string, recipe: unknown) => writeFileSync(inFolder(name), JSON.stringify(recipe));
const rowsOf = async (name: string) => ({ ...(await readD4rl(inFolder(name))), name: '' });

describe('lamo collect --recipe', () => {
  const medium = ['hopper', '--quality', 'medium', '--rows', '150', '--batch', '2', '--seed', '3'];
  let made: Record<string, unknown>;
  beforeAll(async () => {
    made = await collectJson(...medium, '--out', 'medium.hdf5');
    write('medium.json', made);
  });

  it('makes the same rows again, from the file or from what was said of it', async () => {
    await collect('--recipe', 'medium.hdf5', '--out', 'again.hdf5');
    const again = await collectJson('--recipe', 'medium.json', '--out', 'elsewhere');
    expect(again).toMatchObject({ file: join('elsewhere', 'medium.hdf5'), sha256: made.sha256 });
    const rows = await rowsOf('medium.hdf5');
    expect(await rowsOf('again.hdf5')).toEqual(rows);
    expect(await rowsOf('elsewhere/medium.hdf5')).toEqual(rows);
  });

  it('makes other rows for another seed, and so only where nobody promised these', async () => {
    const { sha256: _, ...free } = made;
    write('other-seed.json', { ...free, seed: 4, file: 'other-seed.hdf5' });
    const { sha256 } = await collectJson('--recipe', 'other-seed.json');
    expect(sha256).not.toBe(made.sha256);
    write('promised.json', { ...made, seed: 4, file: 'promised.hdf5' });
    expect(await refusal('--recipe', 'promised.json')).toMatch(
      /The rows are not those that the recipe promises; nothing was written\..*made by lamo \d/,
    );
    expect(existsSync(inFolder('promised.hdf5'))).toBe(false);
  });

  it('refuses another policy than it was made with, before anything is collected', async () => {
    const files = { medium: '0'.repeat(64) };
    write('other-policy.json', [
      { environment: 'cartpole', rows: 5, file: 'first.hdf5' },
      { ...made, files, file: 'second.hdf5' },
    ]);
    expect(await refusal('--recipe', 'other-policy.json')).toContain(
      'The recipe was made with another file of medium',
    );
    expect(existsSync(inFolder('first.hdf5'))).toBe(false);
  });

  it('collects several sets, and goes on with those that are not there yet', async () => {
    const sets = ['random', 'expert'].map((policy) => ({
      ...{ environment: 'hopper', policy, rows: 40, file: `hopper-${policy}.hdf5` },
    }));
    write('first.json', sets.slice(0, 1));
    write('both.json', sets);
    await collect('--recipe', 'first.json', '--out', 'sets');
    const { stderr } = await collect('--recipe', 'both.json', '--out', 'sets');
    expect(stderr).toContain(`${join('sets', 'hopper-random.hdf5')} is there already`);
    expect(stderr.match(/hopper means hopper-v4/g)).toHaveLength(1);
    expect(readdirSync(inFolder('sets')).sort()).toEqual(['hopper-expert.hdf5', 'hopper-random.hdf5']);
    write('longer.json', [{ ...sets[0], rows: 50 }]);
    expect(await refusal('--recipe', 'longer.json', '--out', 'sets')).toContain('exists already');
    // Left out, the policy is the first, and there are 100,000 rows.
    write('vague.json', [{ environment: 'hopper', file: 'hopper-expert.hdf5' }]);
    expect(await refusal('--recipe', 'vague.json', '--out', 'sets')).toContain('exists already');
  });

  it('refuses one file for several sets, before anything is collected', async () => {
    write('several.json', [
      { environment: 'cartpole', rows: 5, file: 'one.hdf5' },
      { environment: 'cartpole', rows: 6, file: 'other.hdf5' },
    ]);
    expect(await refusal('--recipe', 'several.json', '--out', 'all.hdf5')).toMatch(
      /The recipe has 2 sets, which do not go to one file.*--out all\.hdf5.*Name a folder: --out all/,
    );
    expect(existsSync(inFolder('all.hdf5'))).toBe(false);
  });

  it('refuses files that are not called as datasets are, before anything is collected', async () => {
    write('no-ending.json', [
      { environment: 'cartpole', rows: 5, file: 'with.hdf5' },
      { environment: 'cartpole', rows: 5, file: 'without' },
    ]);
    expect(await refusal('--recipe', 'no-ending.json')).toMatch(/without is not .* \.hdf5 or \.h5/);
    expect(await refusal('cartpole', '--rows', '5', '--out', 'data/')).toContain('Call it data.hdf5.');
    for (const name of ['with.hdf5', 'without', 'data']) expect(existsSync(inFolder(name))).toBe(false);
  });

  it('says what is wrong with one', async () => {
    write('mistyped.json', { environment: 'hopper', row: 5 });
    expect(await refusal('--recipe', 'mistyped.json')).toMatch(/mistyped\.json is not a recipe.*`row`/);
    write('newer.json', { environment: 'hopper', format: 'lamo-recipe 2' });
    expect(await refusal('--recipe', 'newer.json')).toContain('"lamo-recipe 1"');
    write('twice.json', [{ environment: 'hopper' }, { environment: 'hopper-v4' }]);
    expect(await refusal('--recipe', 'twice.json')).toContain('would go to the file hopper-v4.hdf5');
    const { code, stderr } = await lamoHere(['collect', '--recipe', 'medium.json', '--seed', '1'], folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--recipe <file>')]);
  });
});

describe('lamo collect with a run', () => {
  beforeAll(async () => {
    const small = ['--hidden-size', '8', '--batch-size', '8', '--random-steps', '30', '--steps-at-once', '8'];
    await lamoSucceedsHere(
      [
        'train',
        'sac',
        '--environment',
        'cartpole',
        '--steps',
        '40',
        '--episodes',
        '1',
        ...small,
        '--out',
        'run',
      ],
      folder,
    );
  });

  it('copies what it has logged', async () => {
    const { rows, replay } = await collectJson('cartpole', '--replay', 'run', '--out', 'logged.hdf5');
    expect([rows, replay]).toEqual([70, 'run']);
    const { actions, actionSize } = await readD4rl(inFolder('logged.hdf5'));
    expect(actionSize).toBe(1);
    expect(actions.every((action) => action === 0 || action === 1)).toBe(true);
    expect(await refusal('hopper', '--replay', 'run')).toContain('run has not acted in hopper-v4');
    expect(await refusal('cartpole', '--replay', 'run', '--no-noise')).toContain('is copied as it is');
  });

  it('does not collect a replay again if all its rows fit within the limit', async () => {
    write('logged.json', { environment: 'cartpole', replay: 'run', rows: 1000, file: 'limited.hdf5' });
    const made = await collectJson('--recipe', 'logged.json');
    expect(made).toMatchObject({ rows: 70, whole: true });
    expect((await collect('--recipe', 'logged.json')).stderr).toContain('limited.hdf5 is there already');
    write('as-collected.json', made);
    expect((await collect('--recipe', 'as-collected.json')).stderr).toContain('is there already');
    write('fewer.json', { environment: 'cartpole', replay: 'run', rows: 50, file: 'limited.hdf5' });
    expect(await refusal('--recipe', 'fewer.json')).toContain('exists already');
  });

  it('lets its policy play', async () => {
    const one = await collectJson('cartpole', '--policy', 'run', '--rows', '30', '--out', 'played.hdf5');
    expect(one).toMatchObject({ policy: 'run', rows: 30 });
    const again = await collectJson('--recipe', 'played.hdf5', '--out', 'played-again.hdf5');
    expect(again.sha256).toBe(one.sha256);
    expect(await refusal('hopper', '--policy', 'run')).toContain('does not come from hopper-v4');
  });
});

describe('lamo collect --quality medium-replay', () => {
  const replay = ['hopper', '--quality', 'medium-replay', '--rows', '120', '--out', 'replay.hdf5'];

  it('writes what a training logs beside it, says that it falls short, and does not train twice', async () => {
    const { stdout, stderr } = await collect(...replay, '--json');
    const { rows, training } = JSON.parse(stdout);
    expect([rows, training.run, training.step]).toEqual([120, 'replay-training', 60]);
    expect(stderr).toMatch(/until an evaluation returns 1,373 \(score [\d.]+\).*at most 60/);
    expect(stderr).toContain('less than the 1,373 of a medium policy');
    const rowsBefore = await rowsOf('replay.hdf5');
    expect((await collect(...replay, '--force')).stderr).not.toContain('step 60');
    expect(await rowsOf('replay.hdf5')).toEqual(rowsBefore);
    // It stopped at its limit: a higher one, such as that of a recipe without any, makes more.
    const { environment, policy, rows: limit } = JSON.parse(stdout);
    write('limit.json', { environment, policy, rows: limit, file: 'replay.hdf5' });
    expect((await collect('--recipe', 'limit.json')).stderr).toContain('is there already');
    write('no-limit.json', { environment, policy, file: 'replay.hdf5' });
    expect(await refusal('--recipe', 'no-limit.json')).toContain('exists already');
  });

  it('is refused where no policy says when to stop', async () => {
    expect(await refusal('cartpole', '--quality', 'medium-replay')).toMatch(
      /cartpole-v1 has no medium policy.*lamo train sac --environment cartpole-v1/,
    );
  });
});
