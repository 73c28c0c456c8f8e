import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-online-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const MAZE = 'maze2d-umaze-v1';
const small = [
  ...['--environment', MAZE, '--hidden-size', '16', '--batch-size', '16', '--threads', '1'],
  ...['--log-every', '40', '--checkpoint-every', '70', '--evaluate-every', '100', '--episodes', '2'],
];
const sac = (out: string, steps: number) => [
  ...['train', 'sac', '--steps', String(steps), '--random-steps', '100', '--steps-at-once', '32'],
  ...[...small, '--out', out],
];
const iql = (out: string) => [
  ...[
    'train',
    'iql',
    '--dataset',
    'data.hdf5',
    '--steps',
    '60',
    '--online-steps',
    '140',
    ...small,
    '--out',
    out,
  ],
];
const manifestOf = (out: string) => JSON.parse(readFileSync(inFolder(out, 'manifest.json'), 'utf8'));

beforeAll(async () => {
  await lamoSucceedsHere(['collect', MAZE, '--rows', '600', '--out', 'data.hdf5'], folder);
  await lamoSucceedsHere(sac('whole', 200), folder);
  await lamoSucceedsHere(iql('went-on'), folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lamo train sac', () => {
  it('continues in the middle of an episode as if it had not been stopped', async () => {
    await lamoSucceedsHere(sac('parts', 90), folder);
    await lamoSucceedsHere(['train', '--resume', 'parts', '--steps', '200'], folder);
    const { 'policy.onnx': policy, 'replay.safetensors': replay } = runContents(inFolder('parts'));
    expect(runContents(inFolder('whole'))).toMatchObject({
      'policy.onnx': policy,
      'replay.safetensors': replay,
    });
  });

  it('learns where actions are classes', async () => {
    const args = [
      'train',
      'sac',
      '--steps',
      '64',
      '--random-steps',
      '64',
      '--hidden-size',
      '8',
      '--batch-size',
      '8',
    ];
    await lamoSucceedsHere([...args, '--environment', 'cartpole-v1', '--out', 'cartpole'], folder);
    expect(manifestOf('cartpole').config).toMatchObject({ entropyShare: 0.98 });
  });

  it('says in its manifest where it acts, and how', () => {
    expect(manifestOf('whole')).toMatchObject({
      algorithm: 'sac',
      experience: { environment: MAZE, settings: { randomSteps: 100, stepsAtOnce: 32, offlineShare: 0 } },
      evaluation: { environment: MAZE, every: 100 },
    });
  });

  it('refuses a replay that is damaged, and does not change the run', async () => {
    await lamoSucceedsHere(sac('damaged', 70), folder);
    const path = inFolder('damaged', 'replay.safetensors');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 40));
    const before = runContents(inFolder('damaged'));
    const { code, stderr } = await lamoHere(['train', '--resume', 'damaged', '--steps', '90'], folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining('replay.safetensors')]);
    expect(runContents(inFolder('damaged'))).toEqual(before);
  });
});

describe('lamo train iql --online-steps', () => {
  it('learns from the dataset, then goes on in the environment', async () => {
    expect(manifestOf('went-on')).toMatchObject({
      algorithm: 'iql-online',
      steps: 200,
      dataset: { name: 'data', rows: 600 },
      experience: { environment: MAZE, settings: { offlineSteps: 60, randomSteps: 0, offlineShare: 0.5 } },
    });
    const { stdout } = await lamoSucceedsHere(['inspect', 'went-on'], folder);
    expect(stdout).toMatch(/^IQL, then online after 200 steps on data and maze2d-umaze-v1/);
  });

  it('is in the report beside others', async () => {
    await lamoSucceedsHere(['report', 'went-on', 'whole', '--out', 'report.html'], folder);
    const report = readFileSync(inFolder('report.html'), 'utf8');
    expect(report).toContain('iql-online');
    expect(report).toContain('learns by acting in maze2d-umaze-v1, with 100 random steps first');
  });

  it('repeats the command to continue it, and refuses other settings of how it acts', async () => {
    const { code, stderr } = await lamoHere([...iql('went-on'), '--resume', '--update-ratio', '2'], folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--update-ratio')]);
  });

  it.each([
    [
      ['train', 'td3-bc', '--dataset', 'data.hdf5', '--steps', '5', '--random-steps', '3'],
      /--random-steps needs --online-steps/,
    ],
    [
      ['train', 'iql', '--dataset', 'data.hdf5', '--steps', '5', '--online-steps', '3'],
      /--online-steps needs an --environment/,
    ],
    [[...iql('new'), '--action-low', '-2'], /maze2d-umaze-v1 itself says between what its actions lie/],
    [[...sac('new', 5), '--offline-share', '0.5'], /offlineShare|--offline-share/],
    [['train', 'sac', '--steps', '5'], /--environment <id> is needed/],
    [
      [
        'train',
        'iql',
        '--dataset',
        'data.hdf5',
        '--steps',
        '5',
        '--online-steps',
        '3',
        '--environment',
        'hopper-v4',
      ],
      /was not logged in hopper-v4/,
    ],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await lamoHere(args, folder);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toMatch(message);
  });
});
