import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataset, writeD4rl } from '@lamo/data';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, lamoSucceeds, stopAll, stopAtCheckpoint } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const STEPS = 200;
const folder = mkdtempSync(join(tmpdir(), 'lamo-train-'));
const inFolder = (...names: string[]) => join(folder, ...names);

/** A small TD3+BC run; logging, checkpoints and evaluations fall on different steps on purpose. */
function trainArgs(out: string, steps = STEPS): string[] {
  return [
    ...['train', 'td3-bc', '--dataset', 'data.hdf5', '--steps', `${steps}`, '--seed', '3', '--out', out],
    ...['--hidden-size', '16', '--batch-size', '32', '--threads', '1'],
    ...['--log-every', '14', '--checkpoint-every', '22'],
    ...['--environment', 'maze2d-umaze-v1', '--evaluate-every', '80', '--episodes', '2'],
  ];
}

beforeAll(async () => {
  await lamoSucceedsHere(['collect', 'maze2d-umaze-v1', '--rows', '2000', '--out', 'data.hdf5'], folder);
  await lamoSucceeds(trainArgs('reference'), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo train', () => {
  it('begins with the parameters of another run, and does so again when it was stopped before its first checkpoint', async () => {
    const further = [...trainArgs('further', 20), '--initial', 'reference'];
    await lamoSucceedsHere(further, folder);
    const manifest = JSON.parse(readFileSync(inFolder('further', 'manifest.json'), 'utf8'));
    expect(manifest.initial).toEqual({
      from: inFolder('reference'),
      checkpoint: inFolder('reference', 'checkpoints', `step-${STEPS}.safetensors`),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const whole = runContents(inFolder('further'));
    await lamoSucceedsHere(trainArgs('anew', 20), folder);
    expect(runContents(inFolder('anew'))['policy.onnx']).not.toEqual(whole['policy.onnx']);

    const written = ['policy.onnx', 'checkpoints/step-20.safetensors', 'metrics.jsonl', 'evaluations.jsonl'];
    for (const file of written) {
      rmSync(inFolder('further', file));
    }
    await lamoSucceedsHere(['train', '--resume', 'further'], folder);
    expect(runContents(inFolder('further'))).toEqual(whole);
    const other = [...further.slice(0, -1), 'anew', '--resume'];
    expect((await lamoHere(other, folder)).stderr).toMatch(/started with other settings.*initial/s);
  });

  it('leaves a folder with the whole story of the run', () => {
    const manifest = JSON.parse(readFileSync(inFolder('reference', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      algorithm: 'td3-bc',
      seed: 3,
      steps: STEPS,
      config: { hiddenSize: 16, batchSize: 32, discount: 0.99 },
      dataset: { name: 'data', rows: 2000, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      evaluation: { environment: 'maze2d-umaze-v1', every: 80, episodes: 2 },
      device: { name: 'cpu', threads: 1, description: expect.stringContaining('onnxruntime') },
      versions: { node: process.versions.node },
    });
    expect(manifest.sessions).toHaveLength(1);
    expect(readdirSync(inFolder('reference')).sort()).toEqual([
      ...['checkpoints', 'evaluations.jsonl', 'manifest.json', 'metrics.jsonl'],
      ...['policy.onnx', 'timing.jsonl', 'trajectories'],
    ]);
  });

  it('keeps the last two checkpoints and those that were evaluated', () => {
    expect(readdirSync(inFolder('reference', 'checkpoints')).sort()).toEqual([
      'step-160.safetensors',
      'step-198.safetensors',
      'step-200.safetensors',
      'step-80.safetensors',
    ]);
  });

  it('keeps raw returns and seeds, the same seeds at every evaluation', () => {
    const lines = readFileSync(inFolder('reference', 'evaluations.jsonl'), 'utf8').trim().split('\n');
    const evaluations = lines.map((line) => JSON.parse(line));
    expect(evaluations.map(({ step }) => step)).toEqual([80, 160, STEPS]);
    for (const { returns, seeds, lengths } of evaluations) {
      expect(returns).toHaveLength(2);
      expect(lengths).toEqual([300, 300]);
      expect(seeds).toEqual(evaluations[0].seeds);
    }
  });

  it('logs metrics at multiples of the interval and at the end', () => {
    const lines = readFileSync(inFolder('reference', 'metrics.jsonl'), 'utf8').trim().split('\n');
    const steps = lines.map((line) => JSON.parse(line).step);
    expect(steps).toEqual([...Array.from({ length: 14 }, (_, i) => 14 * (i + 1)), STEPS]);
  });

  it('gives the same metrics and weights for the same seed', async () => {
    await lamoSucceedsHere(trainArgs('again'), folder);
    expect(runContents(inFolder('again'))).toEqual(runContents(inFolder('reference')));
  });

  it('gives the same run, trajectories too, whose evaluations were split over workers', async () => {
    await lamoSucceeds([...trainArgs('split'), '--workers', '2'], folder);
    const whole = runContents(inFolder('split'));
    expect(Object.keys(whole)).toContain(`trajectories/maze2d-umaze-v1-step-${STEPS}.json`);
    expect(whole).toEqual(runContents(inFolder('reference')));
    rmSync(inFolder('split', 'policy.onnx'));
    for (const step of [STEPS, 198]) rmSync(inFolder('split', 'checkpoints', `step-${step}.safetensors`));
    await lamoSucceeds(['train', '--resume', 'split', '--workers', '3'], folder);
    expect(runContents(inFolder('split'))['evaluations.jsonl']).toBe(whole['evaluations.jsonl']);
  });

  it('refuses workers where nothing is played, and says so', async () => {
    const plain = [
      'train',
      'bc',
      '--dataset',
      'data.hdf5',
      '--steps',
      '4',
      '--hidden-size',
      '8',
      '--out',
      'plain',
    ];
    const { stderr, code } = await lamoHere([...plain, '--workers', '2'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('--workers needs an --environment to evaluate in');
    expect(existsSync(inFolder('plain'))).toBe(false);
    await lamoSucceedsHere(plain, folder);
    const resume = ['train', '--resume', 'plain', '--steps', '8', '--workers', '2'];
    expect((await lamoHere(resume, folder)).stderr).toMatch(
      /plain is not evaluated in an environment.*no --workers.*--threads/s,
    );
    expect(readdirSync(inFolder('plain', 'checkpoints'))).toEqual(['step-4.safetensors']);
  });

  it('comes to the same end after SIGKILL', async () => {
    const { code } = await stopAtCheckpoint(trainArgs('killed'), folder);
    expect(code).toBeNull();
    expect(existsSync(inFolder('killed', 'policy.onnx'))).toBe(false);

    await lamoSucceeds(['train', '--resume', 'killed'], folder);
    expect(runContents(inFolder('killed'))).toEqual(runContents(inFolder('reference')));
  });

  it.each([
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)(
    'writes a checkpoint at %s, says how to continue, and comes to the same end',
    async (signal, exit) => {
      const { code, stderr } = await stopAtCheckpoint(trainArgs(signal), folder, signal);
      expect(code).toBe(exit);
      const [, shown] =
        /^Stopped after step ([\d,]+) of [\d,]+\. To continue: lamo train --resume SIG/m.exec(stderr) ?? [];
      const step = Number(shown?.replaceAll(',', ''));
      expect(readdirSync(inFolder(signal, 'checkpoints'))).toContain(`step-${step}.safetensors`);

      const resumed = await lamoSucceedsHere(['train', '--resume', signal], folder);
      expect(resumed.stderr).toContain(`goes on after step ${shown}\n`);
      expect(runContents(inFolder(signal))).toEqual(runContents(inFolder('reference')));
      const { sessions } = JSON.parse(readFileSync(inFolder(signal, 'manifest.json'), 'utf8'));
      expect(sessions.map(({ fromStep }: { fromStep: number }) => fromStep)).toEqual([0, step]);
    },
  );

  it('makes a finished run longer as if it had always been that long', async () => {
    await lamoSucceedsHere(trainArgs('longer', 50), folder);
    await lamoSucceedsHere(['train', '--resume', 'longer', '--steps', `${STEPS}`], folder);
    const longer = runContents(inFolder('longer'));
    const reference = runContents(inFolder('reference'));
    for (const file of ['metrics.jsonl', 'policy.onnx', `checkpoints/step-${STEPS}.safetensors`]) {
      expect(longer[file] === reference[file], file).toBe(true);
    }
  });

  it('says that a finished run is finished, and leaves it alone', async () => {
    const before = runContents(inFolder('reference'));
    const { code, stderr } = await lamoHere(['train', '--resume', 'reference'], folder);
    expect(code).toBe(1);
    expect(stderr).toContain(`has taken its ${STEPS} steps`);
    expect(runContents(inFolder('reference'))).toEqual(before);
  });
});

describe('lamo train on classes', () => {
  const settings = ['--hidden-size', '16', '--threads', '1'];

  it('learns CartPole from a file that says that its actions are classes', async () => {
    await lamoSucceedsHere(['collect', 'cartpole-v1', '--rows', '3000', '--out', 'cart.hdf5'], folder);
    const { stderr } = await lamoSucceedsHere(
      [
        ...[
          'train',
          'bc',
          '--dataset',
          'cart.hdf5',
          '--out',
          'cart',
          '--learning-rate',
          '0.003',
          '--steps',
          '400',
          ...settings,
        ],
        ...['--environment', 'cartpole-v1', '--evaluate-every', '400', '--episodes', '20'],
      ],
      folder,
    );
    expect(stderr).not.toContain('warning');
    const evaluation = JSON.parse(readFileSync(inFolder('cart', 'evaluations.jsonl'), 'utf8'));
    // Random pushes score 0; 100 is to stand for the whole time.
    expect(evaluation.score).toBeGreaterThan(80);
    const { stdout } = await lamoSucceedsHere(['evaluate', 'cart', '--episodes', '2', '--json'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ evaluations: [{ environment: 'cartpole-v1' }] });
  });

  it('is told so of a file that does not say it, and remembers', async () => {
    const dataset = createDataset({
      observations: Array.from({ length: 50 }, (_, row) => [Math.sin(row), Math.cos(row)]),
      actions: Array.from({ length: 50 }, (_, row) => [row % 3]),
      rewards: Array.from({ length: 50 }, (_, row) => row % 2),
      terminated: Array.from({ length: 50 }, (_, row) => row % 10 === 9),
    });
    await writeD4rl(dataset, inFolder('choices.hdf5'));
    const args = (algorithm: string, ...rest: string[]) => [
      ...['train', algorithm, '--dataset', 'choices.hdf5', '--steps', '20', ...settings, ...rest],
    ];
    const refused = (...given: Parameters<typeof args>) => lamoHere(args(...given), folder);
    const undeclared = await refused('bc', '--out', 'undeclared');
    expectRefusal(undeclared, /are outside the range of the policy/, /--action-classes/);
    expectRefusal(await refused('td3-bc', '--action-classes', '3'), /cannot choose between classes/, /bc/);
    expectRefusal(await refused('bc', '--action-classes', '2'), /in row 2/, /from 0 to 1/);
    await lamoSucceedsHere(args('bc', '--action-classes', '3', '--out', 'choices'), folder);
    const manifest = JSON.parse(readFileSync(inFolder('choices', 'manifest.json'), 'utf8'));
    expect(manifest.dataset.reading).toEqual({ actionClasses: 3 });
    await lamoSucceedsHere(['train', '--resume', 'choices', '--steps', '30'], folder);
    await lamoSucceedsHere(['report', 'choices', '--out', 'choices.html'], folder);
    expect(readFileSync(inFolder('choices.html'), 'utf8')).toContain('choices, 50 rows');
  });
});
