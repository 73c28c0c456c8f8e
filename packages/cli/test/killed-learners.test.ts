import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rng } from '@lamo/core';
import { copyTokenizer, gpt2Config, initGpt2, nanoModelFolder, saveGpt2 } from '@lamo/models';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stopAll, stopAtCheckpoint } from './lamo';
import { lamoSucceedsHere } from './lamo-here';
import { runContents } from './run-contents';

// Seconds on a free machine; the limit is for busy ones.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'lamo-killed-'));
const inFolder = (...names: string[]) => join(folder, ...names);
const WORDS = ['red', 'green', 'blue', 'black', 'white', 'grey'];

beforeAll(async () => {
  const lines = WORDS.flatMap((one) => WORDS.map((other) => [one, other])).map(([one, other], i) =>
    JSON.stringify({ prompt: `${one}:`, completion: ` ${other}`, reward: i % 3 }),
  );
  writeFileSync(inFolder('a.jsonl'), `${lines.join('\n')}\n`);
  const sizes = gpt2Config({ vocabSize: 4096, nPositions: 16, nEmbd: 8, nLayer: 1, nHead: 2 });
  for (const [seed, name] of ['base', 'earlier'].entries()) {
    saveGpt2(inFolder(name), { config: sizes, parameters: initGpt2(sizes, Rng.fromSeed(seed)) });
    await copyTokenizer(nanoModelFolder(), inFolder(name));
  }
});

afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

// A checkpoint is between two times that the model writes: texts that were not yet learned from are in it.
const WRITING = ['--own-every', '4'];
const LEARNERS: Readonly<Record<string, readonly string[]>> = {
  ilql: ['ilql'],
  'ilql with adapters, and a network of their own for values': [
    'ilql',
    ...['--lora-rank', '2', '--lora-dropout', '0.1', '--value-network', 'separate'],
  ],
  gail: ['gail', ...WRITING],
  'dense-reinforce': ['dense-reinforce', '--earlier-model', 'earlier', ...WRITING],
};

describe('a learner that has more in its state than a model, after SIGKILL', () => {
  it.each(Object.entries(LEARNERS))('comes to the same end: %s', async (name, learner) => {
    const out = (state: string) => `${name.replaceAll(/\W/g, '-')}-${state}`;
    const args = (state: string) => [
      ...['train', ...learner, '--completions', 'a.jsonl', '--initialise-from', 'base', '--held-out', '0.1'],
      ...['--steps', '40', '--warmup-steps', '5', '--batch-size', '2', '--learning-rate', '1e-3'],
      ...['--log-every', '9', '--checkpoint-every', '14', '--snapshot-every', '20', '--threads', '1'],
      ...['--out', out(state)],
    ];
    await lamoSucceedsHere(args('whole'), folder);
    await stopAtCheckpoint(args('killed'), folder);
    expect(existsSync(inFolder(out('killed'), 'model'))).toBe(false);
    await lamoSucceedsHere(['train', '--resume', out('killed')], folder);
    const contents = runContents(inFolder(out('whole')));
    expect(Object.keys(contents)).toContain('model/model.safetensors');
    expect(runContents(inFolder(out('killed')))).toEqual(contents);
  });
});
