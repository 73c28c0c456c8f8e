import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { gymnasiumPath } from '../../../test/fixtures';
import { expectRefusal, lamo, lamoSucceeds, stopAll } from './lamo';
import { lamoHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-gymnasium-'));
const inFolder = (...names: string[]) => join(folder, ...names);

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

/** Writes a program that answers as a Python with gymnasium would. */
function standIn(name: string, fault: string): string {
  const host = fileURLToPath(new URL('../../eval/test/protocol-host.mjs', import.meta.url));
  writeFileSync(inFolder(name), `#!/bin/sh\nexec "${process.execPath}" "${host}" ${fault}\n`, {
    mode: 0o755,
  });
  return `./${name}`;
}

const UNNAMED = { LAMO_PYTHON: undefined };
const succeed = (args: readonly string[], env: NodeJS.ProcessEnv = UNNAMED) =>
  lamoSucceeds(args, folder, env);
const refuse = (args: readonly string[]) => lamo(args, folder, UNNAMED);

describe.skipIf(process.platform === 'win32')('an environment of Gymnasium, by its name', () => {
  const python = standIn('python', 'none');
  const remote = 'gymnasium:some_module:Remote-v0';

  it('starts no Python that nobody has named, and says what is wrong with one', async () => {
    const collect = ['collect', remote, '--rows', '10'];
    expectRefusal(
      await refuse(collect),
      /not said which Python plays gymnasium:some_module/,
      /--python PATH/,
    );
    expectRefusal(await refuse([...collect, '--python', './none']), /\.\/none cannot be started/, /--python/);
    const bare = standIn('bare', 'no-gymnasium');
    expectRefusal(await refuse([...collect, '--python', bare]), /has no gymnasium/, /pip install gymnasium/);
    expectRefusal(await refuse(['collect', 'cartpole', '--python', python]), /No Python plays cartpole-v1/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.hdf5'))).toEqual([]);
  });

  it('is collected in, and again from what the file says', async () => {
    const { stdout } = await succeed(['collect', remote, '--rows', '40', '--python', python]);
    expect(stdout).toContain(`40 rows of ${remote} by random`);
    // Colons are no part of a file's name on Windows.
    const file = 'gymnasium-some_module-Remote-v0.hdf5';
    const named = { LAMO_PYTHON: python };
    const { stdout: again } = await succeed(
      ['collect', '--recipe', file, '--out', 'again.hdf5', '--json'],
      named,
    );
    expect(JSON.parse(again)).toMatchObject({ environment: remote, rows: 40 });
  });

  it('is trained for, resumed, evaluated, looked at and played by the run; each asks for the Python', async () => {
    const data = 'gymnasium-some_module-Remote-v0.hdf5';
    const place = ['--environment', remote, '--episodes', '1', '--evaluate-every', '5'];
    const small = ['--hidden-size', '8', '--action-low', '-1,-2', '--action-high', '1,2'];
    const train = (steps: number, out: string) => [
      ...[
        'train',
        'td3-bc',
        '--dataset',
        data,
        '--steps',
        `${steps}`,
        '--checkpoint-every',
        '5',
        '--out',
        out,
      ],
      ...[...place, ...small, '--python', python],
    ];
    await succeed(train(20, 'whole'));
    await succeed(train(10, 'part'));
    const resume = ['train', '--resume', 'part', '--steps', '20'];
    expectRefusal(await refuse(resume), /not said which Python plays/);
    await succeed([...resume, '--python', python]);
    expect(runContents(inFolder('part'))).toEqual(runContents(inFolder('whole')));
    const manifest = JSON.parse(readFileSync(inFolder('part', 'manifest.json'), 'utf8'));
    expect(manifest.evaluation.environment).toBe(remote);

    const { stdout } = await succeed(['evaluate', 'part', '--episodes', '1', '--record', '--python', python]);
    expect(stdout).toContain(`TD3+BC after 20 steps, 1 episode in ${remote}`);
    const [recording] = readdirSync(inFolder('part', 'trajectories'));
    expect(recording).toMatch(/^gymnasium-some_module-Remote-v0-step-20-/);
    const view = ['view', 'part', '--environment', remote, '--png', 'x.png'];
    expect((await lamoHere(view, folder)).stderr).toContain('nothing to be seen of gymnasium:some_module');
    const played = await succeed([
      'collect',
      remote,
      '--policy',
      './part',
      '--rows',
      '10',
      '--out',
      'played.hdf5',
      '--python',
      python,
    ]);
    expect(played.stdout).toContain('by ./part');
  });

  it('acts for algorithms that learn by acting', async () => {
    const sac = ['sac', '--environment', remote, '--python', python, '--hidden-size', '8', '--seeds', '2'];
    const short = ['--steps', '8', '--random-steps', '20', '--episodes', '1', '--parallel', '2'];
    await succeed(['train', ...sac, ...short]);
    expect(readdirSync(inFolder('runs')).sort()).toEqual([
      'sac-gymnasium-some_module-Remote-v0-hidden-size-8-s0',
      'sac-gymnasium-some_module-Remote-v0-hidden-size-8-s1',
    ]);
  });
});

const real = gymnasiumPath();

it.skipIf(real === undefined)(
  'Pendulum of Gymnasium is evaluated alike with workers and without (LAMO_TEST_GYMNASIUM names a Python)',
  async () => {
    const named = { LAMO_PYTHON: real! };
    const id = 'gymnasium:Pendulum-v1';
    await succeed(['collect', id, '--rows', '400', '--out', 'pendulum.hdf5'], named);
    const bounds = ['--action-low', '-2', '--action-high', '2', '--hidden-size', '8', '--out', 'pendulum'];
    await succeed(['train', 'bc', '--dataset', 'pendulum.hdf5', '--steps', '10', ...bounds], named);
    const evaluate = async (...more: string[]) => {
      const args = ['evaluate', 'pendulum', '--environment', id, '--episodes', '3', '--json', ...more];
      return JSON.parse((await succeed(args, named)).stdout).evaluations;
    };
    const alone = await evaluate();
    expect(alone[0].lengths).toEqual([200, 200, 200]);
    expect(await evaluate('--workers', '2')).toEqual(alone);
  },
);
