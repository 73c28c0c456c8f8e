import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectRefusal, lamoSucceeds, startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-judge-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const small = ['--hidden-size', '8', '--batch-size', '16', '--threads', '1'];

/** Judges the policy of a run; lines of metrics, checkpoints and estimates fall on different steps on purpose. */
function judgeArgs(out: string, steps: number, policy = 'bc'): string[] {
  return [
    ...['train', 'fqe', '--dataset', 'data.hdf5', '--policy', policy, '--steps', `${steps}`, '--out', out],
    ...['--log-every', '70', '--checkpoint-every', '110', '--estimate-every', '300', ...small],
  ];
}

const lines = (run: string) =>
  readFileSync(inFolder(run, 'estimates.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeAll(async () => {
  await lamoSucceedsHere(['collect', 'cartpole-v1', '--rows', '1000', '--out', 'data.hdf5'], folder);
  const train = ['train', 'bc', '--dataset', 'data.hdf5', '--steps', '20', ...small];
  await lamoSucceedsHere([...train, '--out', 'bc'], folder);
  await lamoSucceedsHere([...train, '--seed', '1', '--out', 'other'], folder);
  await lamoSucceeds(judgeArgs('whole', 800), folder);
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo train fqe', () => {
  it('leaves an estimate, those on its way, and which policy it judged', async () => {
    const estimates = lines('whole');
    expect(estimates.map(({ step }) => step)).toEqual([300, 600, 800]);
    const { step: _, ...last } = estimates.at(-1);
    expect(JSON.parse(readFileSync(inFolder('whole', 'estimate.json'), 'utf8'))).toEqual(last);
    const manifest = JSON.parse(readFileSync(inFolder('whole', 'manifest.json'), 'utf8'));
    expect(manifest.estimation).toEqual({ every: 300, policy: last.policy });
    expect(manifest.config.policy).toBe(inFolder('bc'));
    expect(manifest).not.toHaveProperty('evaluation');
  });

  it('says what the policy is worth, and of what that says nothing', async () => {
    const { stdout, stderr } = await lamoSucceedsHere(judgeArgs('words', 300), folder);
    expect(stderr).toMatch(/step 300 {2}estimate .* \(95 % interval .* to .*; networks .*\)/);
    expect(stdout).toMatch(/^The policy is worth .*, 95 % interval .* from \d+ beginnings of episodes\./);
    expect(stdout).toMatch(/How wrong the networks are is not in it/);
    const json = await lamoSucceedsHere([...judgeArgs('json', 300), '--json'], folder);
    const { estimate, estimates, policy } = JSON.parse(json.stdout);
    expect(estimate).toEqual(estimates.at(-1));
    expect(policy).toBe(inFolder('bc'));
  });

  it('continues after it was killed, as if it had not been', async () => {
    const killed = startLamo(judgeArgs('killed', 800), folder);
    while (!existsSync(inFolder('killed', 'checkpoints', 'step-110.safetensors'))) await setTimeout(2);
    killed.process.kill('SIGKILL');
    await killed.outcome;
    await lamoSucceedsHere(['train', '--resume', 'killed'], folder);
    expect(runContents(inFolder('killed'))).toEqual(runContents(inFolder('whole')));
  });

  it('continues by the same command, and with more steps; but not with another policy', async () => {
    await lamoSucceedsHere(judgeArgs('longer', 300), folder);
    await lamoSucceedsHere(['train', '--resume', 'longer', '--steps', '800'], folder);
    expect(lines('longer')).toEqual(lines('whole'));
    const other = await lamoHere([...judgeArgs('longer', 900, 'other'), '--resume'], folder);
    expectRefusal(other, /other settings.*policy .*bc.*policy .*other/);

    copyFileSync(inFolder('bc', 'policy.onnx'), inFolder('mine.onnx'));
    await lamoSucceedsHere(judgeArgs('mine', 150, 'mine.onnx'), folder);
    copyFileSync(inFolder('other', 'policy.onnx'), inFolder('mine.onnx'));
    const before = runContents(inFolder('mine'));
    expectRefusal(
      await lamoHere(['train', '--resume', 'mine', '--steps', '300'], folder),
      /a policy.*not what it began with/,
    );
    expect(runContents(inFolder('mine'))).toEqual(before);

    // As if it had been stopped before its first checkpoint, which knows the policy.
    rmSync(inFolder('mine', 'checkpoints'), { recursive: true });
    mkdirSync(inFolder('mine', 'checkpoints'));
    const begun = runContents(inFolder('mine'));
    expectRefusal(
      await lamoHere(['train', '--resume', 'mine'], folder),
      /The policy is not the one that the run began to judge/,
    );
    expect(runContents(inFolder('mine'))).toEqual(begun);
  });

  it('does not replace the run whose policy it is to judge', async () => {
    const before = runContents(inFolder('bc'));
    const args = [...judgeArgs('bc', 10), '--overwrite'];
    expectRefusal(
      await lamoHere(args, folder),
      /--overwrite would delete .*bc, which the new run is made of/,
    );
    expect(runContents(inFolder('bc'))).toEqual(before);
  });

  it('sums up several seeds: how far apart they are, and what that leaves open', async () => {
    const { stdout } = await lamoSucceedsHere([...judgeArgs('seeds', 150), '--seeds', '2'], folder);
    expect(stdout).toMatch(/seed +estimate +95 % interval +networks/);
    expect(stdout).toMatch(/mean .* of 2 seeds, .* to .*\. They share the data/);
    const report = await lamoSucceedsHere(['report', 'seeds', '--out', 'report.html', '--json'], folder);
    const { estimates } = JSON.parse(report.stdout);
    expect(estimates).toMatchObject([{ policy: inFolder('bc'), data: 'data', step: 150 }]);
    expect(estimates[0].runs.map(({ seed }: { seed: number }) => seed)).toEqual([0, 1]);
    expect(readFileSync(inFolder('report.html'), 'utf8')).toContain('over 2 runs');
  });

  it.each([
    ['without a policy', ['--policy', 'none'], /not said which policy/],
    ['with a policy that is not there', ['--policy', 'nowhere'], /'nowhere' does not exist/],
    ['with the run of an estimate', ['--policy', 'whole'], /has no policy\.onnx/],
  ])('is refused %s, before there is a folder', async (_, args, message) => {
    expectRefusal(await lamoHere([...judgeArgs('refused', 10), ...args], folder), message);
    expect(existsSync(inFolder('refused'))).toBe(false);
  });

  it('has no use for an environment', async () => {
    const { code, stderr } = await lamoHere(
      [...judgeArgs('refused', 10), '--environment', 'cartpole-v1'],
      folder,
    );
    expect(stderr).toMatch(/^error: unknown option '--environment'/);
    expect(code).toBe(2);
  });

  it('is not a policy: it is not evaluated', async () => {
    const checkpoint = inFolder('alone.safetensors');
    copyFileSync(inFolder('whole', 'checkpoints', 'step-800.safetensors'), checkpoint);
    for (const path of ['whole', checkpoint]) {
      const refused = await lamoHere(['evaluate', path, '--environment', 'cartpole-v1'], folder);
      expectRefusal(refused, /FQE, which has no policy/);
    }
  });

  it('refuses to continue with damaged estimates', async () => {
    await lamoSucceedsHere(judgeArgs('damaged', 300), folder);
    writeFileSync(inFolder('damaged', 'estimates.jsonl'), '{"step":300,"value":"much"}\n');
    const resumed = await lamoHere(['train', '--resume', 'damaged', '--steps', '600'], folder);
    expectRefusal(resumed, /Line 1 of .*estimates\.jsonl/);
  });
});
