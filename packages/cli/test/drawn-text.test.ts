import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { writeD4rl } from '@lamo/data';
import { collectMaze } from '@lamo/eval';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLamo, stopAll } from './lamo';
import { lamoHere, lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const CHAIN = 'markov-chain:states=6,temperature=0.2,tokens=20000';
const folder = mkdtempSync(join(tmpdir(), 'lamo-drawn-'));
const inFolder = (...names: string[]) => join(folder, ...names);

const pretrainArgs = (text: string, out: string, ...more: string[]) => [
  ...['pretrain', '--text', text, '--steps', '120', '--threads', '1', '--out', out],
  ...['--width', '16', '--layers', '1', '--heads', '2', '--context', '32', '--batch-size', '8'],
  ...['--learning-rate', '0.02', '--warmup-steps', '5', '--checkpoint-every', '14', ...more],
];

let printed: string;
beforeAll(async () => {
  process.env.XDG_CACHE_HOME = inFolder('cache');
  printed = (await lamoSucceedsHere(pretrainArgs(CHAIN, 'chain'), folder)).stderr;
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

describe('lamo pretrain on a text that is drawn', () => {
  it('comes near the entropy rate, says how near, and keeps what it learned from', () => {
    const manifest = JSON.parse(readFileSync(inFolder('chain', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      text: { sources: [CHAIN], entropyRate: expect.any(Number) },
      tokenizer: { from: null, vocabularySize: 6 },
    });
    const least = manifest.text.entropyRate;
    const last = JSON.parse(
      readFileSync(inFolder('chain', 'perplexity.jsonl'), 'utf8').trim().split('\n').at(-1)!,
    );
    // The thousand held-out tokens stray by 0.02; six equally likely ones would be worth 0.25 more.
    expect(Math.abs(last.loss - least)).toBeLessThan(0.1);
    const [, best] = /step 120 {2}perplexity [\d.]+, at best ([\d.]+) /.exec(printed) ?? [];
    // Four digits are printed.
    expect(Number(best)).toBeCloseTo(Math.exp(least), 2);
    expect(
      JSON.parse(readFileSync(inFolder('chain', 'model', 'tokenizer_config.json'), 'utf8')),
    ).toMatchObject({
      drawn_text: CHAIN,
    });
  });

  it('comes to the same end after it was stopped, and from the start', async () => {
    const running = startLamo(pretrainArgs(CHAIN, 'stopped'), folder);
    const checkpoints = inFolder('stopped', 'checkpoints');
    while (running.process.exitCode === null) {
      if (existsSync(checkpoints) && readdirSync(checkpoints).length > 0) break;
      await setTimeout(2);
    }
    running.process.kill('SIGINT');
    expect((await running.outcome).code).toBe(130);
    await lamoSucceedsHere(['pretrain', '--resume', 'stopped'], folder);
    expect(runContents(inFolder('stopped'))).toEqual(runContents(inFolder('chain')));
  });

  it('has no best to name for tokens in another order', async () => {
    const args = pretrainArgs(CHAIN, 'shuffled', '--shuffle-tokens', '--snapshot-every', '200');
    const { stderr } = await lamoSucceedsHere(args, folder);
    expect(stderr).not.toContain('at best');
  });

  it.each([
    [[CHAIN, 'x', '--vocabulary', '300'], /the tokens of markov-chain:\S+ are its states/],
    [[CHAIN, 'x', '--tokenizer', 'nano'], /of nano|nano\S* has others/],
    [['independent-tokens:states=7', 'x', '--initialise-from', 'chain'], /the tokenizer of .* has others/],
    [['markov-chain:steps=2', 'x'], /memory, temperature, states, tokens, seed/],
  ] as const)('refuses %o', async ([text, out, ...more], message) => {
    const { code, stderr } = await lamoHere(
      ['pretrain', '--text', text, '--steps', '2', '--out', out, ...more],
      folder,
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(existsSync(inFolder('x'))).toBe(false);
  });
});

describe('a model of states', () => {
  it('continues numbers, is measured on its own text, and refuses words', async () => {
    const flags = ['--tokens', '8', '--seed', '1'];
    const { stdout } = await lamoSucceedsHere(['generate', 'chain', '--prompt', '3 0', ...flags], folder);
    expect(stdout).toMatch(/^3 0( [0-5]){8}\n$/);
    const refused = await lamoHere(['generate', 'chain', '--prompt', 'Once', ...flags], folder);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/the numbers of the states of markov-chain:states=6/);
    const measured = await lamoSucceedsHere(['perplexity', 'chain', '--text', CHAIN], folder);
    expect(measured.stdout).toMatch(/^perplexity [\d.]+, at best [\d.]+ /);
  });

  it('is a backbone of LaMo and Wiki-RL, with its text for the language loss', async () => {
    await writeD4rl(
      await collectMaze({ maze: 'umaze', reward: 'dense', rows: 300, seed: 1 }),
      inFolder('maze.hdf5'),
    );
    for (const algorithm of ['lamo', 'wiki-rl']) {
      const args = [
        'train',
        algorithm,
        '--dataset',
        'maze.hdf5',
        '--steps',
        '2',
        '--backbone',
        'chain/model',
      ];
      const small = ['--batch-size', '4', '--context-length', '4', '--log-every', '1', '--threads', '1'];
      await lamoSucceedsHere(
        [...args, ...small, '--text-weight', '0.1', '--text', CHAIN, '--out', algorithm],
        folder,
      );
      const [line] = readFileSync(inFolder(algorithm, 'metrics.jsonl'), 'utf8').split('\n');
      // Trained, but on states with their places: below ln 6 there is what it learned, far above there would be a mistake.
      expect(JSON.parse(line!).metrics.textLoss).toBeLessThan(3);
    }
  });
});
